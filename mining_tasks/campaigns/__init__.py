"""Campaigns: who responds, whom a campaign changes, and the one best campaign for each customer."""
