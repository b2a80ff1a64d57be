"""Manners shared by all fetchers: where a silo is, which part of it a night wants, and how it is asked."""
