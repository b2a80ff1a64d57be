"""Churn: who will not order again in time, how sure that is, and by when it will be known."""
