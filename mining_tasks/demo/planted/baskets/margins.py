"""What an order is expected to bring, by the buyer's type, her currency and the mean of her value factors."""

from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.baskets.items import Context, presence
from mining_tasks.demo.planted.baskets.lines import filled
from mining_tasks.demo.planted.baskets.pairs import together
from mining_tasks.demo.planted.baskets.rates import Rates, factors, order_days, rates
from mining_tasks.demo.planted.range import catalogue, partners, prices
from mining_tasks.demo.planted.range.catalogue import Numbers
from mining_tasks.demo.planted.range.partners import Pair
from mining_tasks.demo.planted.world import World

FACTOR_POINTS = 32  # value factors per type and day at which the expectation is computed
PERSON_POINTS = 200  # persons of a type through whom the line is drawn


Basis = Literal["margin", "books", "sales"]


@lru_cache(maxsize=16)
def mean_margin(world: World, first_day: int = 0, days: int | None = None, basis: Basis = "margin") -> pa.Table:
    """Per type_code and currency: EUR minor of margin per order = `fixed_minor` + `per_factor_minor` × value_mean.

    Expected over `days` days from `first_day` on (to the last of all), as often as the type orders in their months.
    `basis`: the margin; what the shop's books know of it (see `order_costs`); or the sales that are not refunded,
    without shipping. A cancelled order brings nothing. Goods are exact: pieces
    are proportional to the value factor, with corrections for staples, complements and substitutes. Whether a basket
    earns free shipping is counted in simulated baskets; followers of sequences are left out (about half
    a per cent). The line is the best one for the type's persons.
    """
    known = rates(world)
    ctx = _grid(world, known, first_day, min(first_day + (days or world.all_days), world.all_days))
    goods, amounts = _goods(world, known, ctx, _piece(world, basis)), _amounts(world, known, ctx)
    rows = []
    for code, rule in world.settings["baskets"]["shipping"].items():
        brings = goods if basis == "sales" else goods + _shipping(world, amounts, rule)
        rows += [_line(world, ctx, brings, number) | {"currency": code} for number in range(len(known.types))]
    return pa.Table.from_pylist(rows).select(["type_code", "currency", "fixed_minor", "per_factor_minor"])


def _grid(world: World, known: Rates, first_day: int, end_day: int) -> Context:
    """One order of every type on every day with every one of the type's value factors, lowest to highest."""
    days = np.arange(first_day, end_day)
    shares = np.linspace(0, 1, FACTOR_POINTS)
    kinds = len(known.types)
    points = np.array([np.quantile(factors(world, number), shares) for number in range(kinds)])
    kind, day, point = (cube.ravel() for cube in np.meshgrid(range(kinds), days, range(FACTOR_POINTS), indexing="ij"))
    return Context(kind=kind, person=np.arange(len(kind)), day=day, factor=points[kind, point])


def _goods(world: World, known: Rates, ctx: Context, brings: Numbers) -> Numbers:
    """What all pieces in each order are expected to bring, EUR cents, if a piece brings so much."""
    base = np.einsum("tp,pd->td", known.expected * known.quantity, known.sold * brings)[ctx.kind, ctx.day] * ctx.factor
    shares = np.diff(known.staple_ends, prepend=0.0, axis=1)
    atleast = np.maximum(1.0, known.quantity[known.staples] * ctx.factor[:, None])
    goods: Numbers = base + (shares[ctx.kind] * atleast * brings[known.staples, 0]).sum(axis=1)
    for pair in partners(world).pairs:
        goods += _pair(known, ctx, brings, pair)
    return goods


def _pair(known: Rates, ctx: Context, brings: Numbers, pair: Pair) -> Numbers:
    """What a pair adds to or takes from the margin of the two products for themselves."""
    after = together(known, ctx, pair)
    change: Numbers = np.zeros(ctx.size)
    for product, share in zip(pair.products, after, strict=False):
        alone = presence(known, ctx, product, np.arange(ctx.size))
        pieces = np.maximum(1.0, known.quantity[product] * ctx.factor)
        change += (share - alone) * pieces * brings[product, ctx.day]
    return change


def _piece(world: World, basis: Basis) -> Numbers:
    """Products × days: what a piece is expected to bring, EUR cents, coupons, returns and cancelled orders included."""
    said, buying, known = world.settings["baskets"], world.settings["buying"], catalogue(world)
    net = prices(world).price * (1 - said["coupon_share"] * said["coupon_percent"] / 100)
    cost = known.cost[:, None] if basis != "sales" else np.zeros(1)
    back = net * (1 + said["handling_share"]) - cost * said["recovered_share"] if basis == "margin" else net
    refunded = buying["refunded_share"]
    completed = 1 - buying["cancelled_share"] - refunded
    piece: Numbers = (completed + refunded) * (net - cost) - (completed * known.return_share[:, None] + refunded) * back
    return piece


def _amounts(world: World, known: Rates, ctx: Context) -> Numbers:
    """What simulated orders of the grid cost, in EUR cents, coupons aside."""
    items = filled(world, known, ctx, world.rng("baskets.margins"))
    paid = prices(world).price[items.product, ctx.day[items.order]] * items.quantity
    amounts: Numbers = np.bincount(items.order, paid, ctx.size)
    return amounts


def _shipping(world: World, amounts: Numbers, rule: dict[str, float]) -> Numbers:
    """What shipping brings or costs in each order, EUR cents."""
    coupons = world.rng("baskets.margins coupons").random(len(amounts)) < world.settings["baskets"]["coupon_share"]
    amount = amounts * np.where(coupons, 1 - world.settings["baskets"]["coupon_percent"] / 100, 1.0)
    paid = np.where(amount < 100 * rule["free_from"], 100 * rule["paid"], 0.0)
    brings: Numbers = (paid - 100 * rule["cost"]) * (1 - world.settings["buying"]["cancelled_share"])
    return brings


def _line(world: World, ctx: Context, brings: Numbers, number: int) -> dict[str, str | float]:
    """The line through what the type's persons bring per order, by the means of their value factors."""
    kind = world.settings["buying"]["types"][number]
    mine = ctx.kind == number
    weights = order_days(world)[number, ctx.day[mine]].reshape(-1, FACTOR_POINTS)
    by_factor = np.average(brings[mine].reshape(-1, FACTOR_POINTS), axis=0, weights=weights)
    rng = world.rng(f"baskets.margins {number}")
    means = rng.gamma(kind["value_shape"], kind["value_mean"] / kind["value_shape"], PERSON_POINTS)
    around = rng.gamma(kind["order_shape"], 1 / kind["order_shape"], 10 * PERSON_POINTS)
    around /= around.mean()  # else the sample's chance is the margin's error
    expected = np.interp(means[:, None] * around, ctx.factor[mine][:FACTOR_POINTS], by_factor).mean(axis=1)
    slope, intercept = np.polyfit(means, expected, 1)
    return {"type_code": kind["code"], "fixed_minor": float(intercept), "per_factor_minor": float(slope)}
