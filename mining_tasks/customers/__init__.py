"""Customers: one wide row of facts per customer as of a night, which models and people share."""
