"""How customers buy, learned as a few kinds of customer: when orders come, in which season, of what and how much."""
