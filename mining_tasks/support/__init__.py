"""The support room: what the support desk knows, fetched, tidied and kept up to date night by night."""
