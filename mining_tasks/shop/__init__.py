"""The shop room: what the shop's database knows, fetched, tidied and kept up to date night by night."""
