"""Look: what a person may see of the links: one customer, one pair, one night."""
