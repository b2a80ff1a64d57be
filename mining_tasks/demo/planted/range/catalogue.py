"""What the shop sells: about 400 products in ten departments, with what the truth knows of each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.range.partners import partners
from mining_tasks.demo.planted.world import World

ROLES = ("regular", "staple", "partner", "follower", "intermittent", "new")
REGULAR, STAPLE, PARTNER, FOLLOWER, INTERMITTENT, NEW = range(len(ROLES))
PRICE_CODES = ("moved", "promotion_only", "never_moved")
MOVED, PROMOTION_ONLY, NEVER_MOVED = range(len(PRICE_CODES))

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """One entry per product in every array; money in EUR cents; `weight` is its share of its department's demand."""

    department: Numbers
    category: Numbers
    role: Numbers
    price_code: Numbers
    list_price: Numbers
    cost: Numbers
    launched_day: Numbers
    elasticity: Numbers
    promotion_lift: Numbers
    trend_year: Numbers
    quantity_mean: Numbers
    return_share: Numbers
    weight: Numbers

    @property
    def size(self) -> int:
        """How many products there are."""
        return len(self.role)


@lru_cache(maxsize=4)
def catalogue(world: World) -> Catalogue:
    """The range of the world."""
    said, rng = world.settings["range"], world.rng("range")
    each = said["products_per_category"]
    department = np.repeat(
        np.arange(len(said["departments"])), [len(d["categories"]) * each for d in said["departments"]]
    )
    role, price_code = _parts(world, department, rng)
    low, high = np.log(_of(said, "prices_eur"))[department].T
    list_price = np.rint(100 * np.exp(rng.uniform(low, high))).astype(np.int64)
    margin = _of(said, "margin_share")[department] * rng.uniform(0.8, 1.2, len(role))
    lift = between(rng, said["prices"]["promotion_lift"], len(role))
    spread = rng.normal(0, said["elasticities"]["spread"], len(role))
    return Catalogue(
        department=department,
        category=np.arange(len(role)) // each,
        role=role,
        price_code=price_code,
        list_price=list_price,
        cost=np.rint(list_price * (1 - margin)).astype(np.int64),
        launched_day=_launches(world, role, rng),
        elasticity=np.clip(_of(said, "elasticity")[department] + spread, *said["elasticities"]["bounds"]),
        promotion_lift=np.where(price_code == NEVER_MOVED, 1.0, lift),
        trend_year=between(rng, said["trend_year"], len(role)),
        quantity_mean=_of(said, "quantity_mean")[department],
        return_share=_of(said, "return_share")[department],
        weight=_weights(said, department, role, rng),
    )


def between(rng: np.random.Generator, limits: list[float], shape: int | tuple[int, int]) -> Numbers:
    """Even numbers between two limits."""
    low, high = limits
    return rng.uniform(low, high, shape)


def _of(said: Any, key: str) -> Numbers:
    """One number (or list) per department."""
    return np.array([department[key] for department in said["departments"]])


def _parts(world: World, department: Numbers, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Each product's role, and whether its price moves: partners by plan, the others drawn in each department."""
    said, planned = world.settings["range"], partners(world)
    role, price_code = np.full(len(department), REGULAR), np.full(len(department), MOVED)
    role[planned.all] = PARTNER
    role[planned.followers] = FOLLOWER
    parts = (("staples", STAPLE, NEVER_MOVED), ("intermittent", INTERMITTENT, MOVED), ("new", NEW, MOVED))
    prices = (("never_moved", REGULAR, NEVER_MOVED), ("promotion_only", REGULAR, PROMOTION_ONLY))
    for number in range(len(said["departments"])):
        free = rng.permutation(np.flatnonzero((department == number) & (role == REGULAR)))
        for name, part, price in (*parts, *prices):
            taken, free = np.split(free, [said[f"{name}_per_department"]])
            role[taken], price_code[taken] = part, price
    price_code[np.isin(role, (PARTNER, FOLLOWER))] = NEVER_MOVED
    return role, price_code


def _launches(world: World, role: Numbers, rng: np.random.Generator) -> Numbers:
    """The day on which each product is first sold; 0 for what was always there."""
    first, last = (int(share * world.days) for share in world.settings["range"]["launched_between"])
    return np.where(role == NEW, rng.integers(first, max(last, first + 1), len(role)), 0).astype(np.int32)


def _weights(said: Any, department: Numbers, role: Numbers, rng: np.random.Generator) -> Numbers:
    """Each product's share of its department's demand: few are asked for often. Staples: share among the staples."""
    rank = np.array(rng.random(len(role)))
    for number in range(len(said["departments"])):
        rank[department == number] = rank[department == number].argsort().argsort()
    popular = (rank + 3) ** -float(said["popularity_decay"])
    fixed = np.select([role == PARTNER, role == FOLLOWER], [said["partner_weight"], said["follower_weight"]], 0.0)
    free, staple = (fixed == 0) & (role != STAPLE), role == STAPLE
    rest = 1 - np.bincount(department, fixed)
    share = fixed + _within(department, popular * free) * rest[department]
    return np.where(staple, _within(department, popular * staple), share)


def _within(department: Numbers, weight: Numbers) -> Numbers:
    """Weights made to sum to one in each department."""
    weighed: Numbers = weight / np.bincount(department, weight)[department]
    return weighed


def products(world: World) -> pa.Table:
    """All products, sorted by `product_id`: what the shop knows, then what the truth knows.

    Money is EUR minor; `launched_day` 0 means always there; `trend_year` is the log growth in a year.
    """
    said, rng, known = world.settings["range"], world.rng("range names"), catalogue(world)
    categories = np.array([category for d in said["departments"] for category in d["categories"]])
    brands = rng.permuted(np.tile(said["brands"], (len(categories), 1)), axis=1)[:, : said["products_per_category"]]
    packages = [rng.choice(said["departments"][number]["packages"]) for number in known.department]
    names = categories[known.category]
    identifiable = (known.price_code == MOVED) & np.isin(known.role, (REGULAR, NEW))
    return pa.table(
        {
            "product_id": np.arange(1, known.size + 1, dtype=np.int64),
            "title": [
                f"{brand} {name} {size}" for brand, name, size in zip(brands.ravel(), names, packages, strict=True)
            ],
            "department": np.array([d["name"] for d in said["departments"]])[known.department],
            "category": names,
            "brand": brands.ravel(),
            "package_size": packages,
            "list_price_minor": known.list_price,
            "cost_minor": known.cost,
            "launched_day": known.launched_day,
            "role_code": np.array(ROLES)[known.role],
            "price_code": np.array(PRICE_CODES)[known.price_code],
            "is_elasticity_identifiable": identifiable,
            "elasticity": known.elasticity,
            "promotion_lift": known.promotion_lift,
            "trend_year": known.trend_year,
            "quantity_mean": known.quantity_mean,
            "return_share": known.return_share,
            "weight_share": known.weight,
        }
    )
