"""Who buys when: latent types, purchase and dropout, and what is truly to be expected of everybody at any night."""

from mining_tasks.demo.planted.buying.expected import clock_table, expected_at
from mining_tasks.demo.planted.buying.orders import first_order_days, orders, still_customers
from mining_tasks.demo.planted.buying.truth import buying_truth

__all__ = ["buying_truth", "clock_table", "expected_at", "first_order_days", "orders", "still_customers"]
