"""Day by day: what a product costs, whether it is promoted, there to be bought, and asked for."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.range.calendar import holidays
from mining_tasks.demo.planted.range.catalogue import (
    INTERMITTENT,
    MOVED,
    NEVER_MOVED,
    NEW,
    REGULAR,
    Catalogue,
    Numbers,
    catalogue,
)
from mining_tasks.demo.planted.range.intervals import changes, spells
from mining_tasks.demo.planted.range.neighbours import pull
from mining_tasks.demo.planted.range.seasons import log_season
from mining_tasks.demo.planted.world import World


@dataclass(frozen=True, eq=False)
class Prices:
    """Matrices products × all days (future too); row i is product_id i + 1. Prices in EUR minor.

    regular: before a promotion; price: what is paid before coupons; demand: the multiplier of wished units, whether
    or not there is stock, exactly log-linear in the prices and 0 before the launch; sold: the same with empty shelves.
    """

    regular: Numbers
    price: Numbers
    is_promotion: Numbers
    is_out_of_stock: Numbers
    is_launched: Numbers
    season: Numbers
    demand: Numbers

    @property
    def sold(self) -> Numbers:
        """The multiplier of units that can be sold."""
        seen: Numbers = self.demand * ~self.is_out_of_stock
        return seen


@lru_cache(maxsize=4)
def prices(world: World) -> Prices:
    """All prices, promotions and outages of the world, and the demand they make."""
    known = catalogue(world)
    regular, cut = _regular(world, known), _cuts(world, known)
    price = np.rint(regular * (100 - cut) / 100).astype(np.int64)
    launched = np.arange(world.all_days)[None, :] >= known.launched_day[:, None]
    season = np.exp(log_season(world))
    dear = np.log(price / known.list_price[:, None])
    response = known.elasticity[:, None] * dear + pull(world, dear)
    lift = np.where(cut > 0, known.promotion_lift[:, None], 1.0)
    return Prices(
        regular=regular,
        price=price,
        is_promotion=cut > 0,
        is_out_of_stock=_outages(world, known) & launched,
        is_launched=launched,
        season=season,
        demand=season * np.exp(response) * lift * _wanted(world, known) * launched,
    )


def _shape(world: World, known: Catalogue) -> tuple[int, int]:
    return known.size, world.all_days


def _regular(world: World, known: Catalogue) -> Numbers:
    """The price before promotions: it changes on days of its own, to a level drawn anew."""
    said, rng = world.settings["range"]["prices"], world.rng("range prices")
    times = changes(rng, _shape(world, known), said["days_between_changes"])
    levels = rng.choice(said["levels"], (known.size, int(times.max()) + 1))
    levels[:, 0] = 1.0
    level = np.where(known.price_code[:, None] == MOVED, np.take_along_axis(levels, times, axis=1), 1.0)
    rounded: Numbers = np.rint(known.list_price[:, None] * level).astype(np.int64)
    return rounded


def _cuts(world: World, known: Catalogue) -> Numbers:
    """Per cent off in promotions, their own and those of Black Friday."""
    said, rng = world.settings["range"]["prices"], world.rng("range promotions")
    cuts = np.array(said["cut_percents"])
    own = spells(rng, _shape(world, known), said["days_between_promotions"], said["promotion_days"], cuts)
    friday = rng.choice(cuts, known.size) * (rng.random(known.size) < said["black_friday_share"])
    both = np.maximum(own, friday[:, None] * holidays(world)["black_friday"][None, :])
    cut: Numbers = np.where(known.price_code[:, None] == NEVER_MOVED, 0, both)
    return cut


def _outages(world: World, known: Catalogue) -> Numbers:
    """Where the shelf is empty: of ordinary products, for days on end."""
    said, rng = world.settings["range"]["stock"], world.rng("range stock")
    out = spells(rng, _shape(world, known), said["days_between_outages"], said["outage_days"], np.array([1]))
    return (out > 0) & np.isin(known.role, (REGULAR, NEW))[:, None]


def _wanted(world: World, known: Catalogue) -> Numbers:
    """1, but for intermittent products: nothing on most days, all the more on the others."""
    share = world.settings["range"]["intermittent_day_share"]
    on = world.rng("range intermittent").random(_shape(world, known)) < share
    return np.where((known.role == INTERMITTENT)[:, None], on / share, 1.0)


def prices_truth(world: World) -> pa.Table:
    """One row per product and day, future days too, sorted by both: prices in EUR minor, stock, season, demand.

    `demand_multiplier` goes on while the product is out of stock: it is what people would have taken.
    """
    known = prices(world)
    products, days = known.price.shape
    columns = {
        "regular_price_minor": known.regular,
        "price_minor": known.price,
        "is_promotion": known.is_promotion,
        "is_out_of_stock": known.is_out_of_stock,
        "is_launched": known.is_launched,
        "season_multiplier": known.season,
        "demand_multiplier": known.demand,
    }
    keys = {
        "product_id": np.repeat(np.arange(1, products + 1, dtype=np.int64), days),
        "day": np.tile(np.arange(days, dtype=np.int32), products),
    }
    return pa.table(keys | {name: matrix.ravel() for name, matrix in columns.items()})
