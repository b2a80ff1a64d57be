"""What the shop sells, at what price, when it is there, and how much of it people wish for."""

from mining_tasks.demo.planted.range.catalogue import Catalogue, catalogue, products
from mining_tasks.demo.planted.range.neighbours import cross_effects
from mining_tasks.demo.planted.range.partners import Partners, partners
from mining_tasks.demo.planted.range.prices import Prices, prices, prices_truth
from mining_tasks.demo.planted.range.seasons import seasons

__all__ = [
    "Catalogue",
    "Partners",
    "Prices",
    "catalogue",
    "cross_effects",
    "partners",
    "prices",
    "prices_truth",
    "products",
    "seasons",
]
