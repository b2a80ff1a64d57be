"""The crm room: what the CRM knows, fetched, tidied and kept up to date night by night."""
