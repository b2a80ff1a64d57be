"""Lifetime value: how often each customer will order, whether she is still active, and what margin that brings."""
