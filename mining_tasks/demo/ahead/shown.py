"""Puts what lies ahead of every customer before the SQL of a figure.

`true_state`     one row per person with an own order so far: her latent rate, chance to leave, and the probability of
                 being active given these, all that happened and what contacts did not (`planted/buying/active.sql`);
`true_habits`    what rates and chances to leave the people of each type have: gamma (r, alpha) and beta (a, b);
`true_clock`     how far the clock of each type has come at the end of each day (seasons);
`true_worth`     EUR that an order of a type and currency brings by `basis` and `days` ahead, a line in the factor;
`true_rates`     units of each currency that are worth one EUR;
`true_doors`     which share of whose coming orders each customer of the night gets (`doors.sql`);
`true_coming`    every order of the year after the night, with the customer who gets it (`coming.sql`);
`true_reach`     which campaigns to come will contact her how likely, and what that does to her (`reach.sql`);
`true_windows`   how much of that falls into so many days after the night, by campaign and type (`windows.sql`);
`orders_ahead`, `silence_ahead`, `silence_seen`: what follows from rates and chances, known or not (`macros.sql`).

Exact but for four things, all small: goods that a sequence adds (`mean_margin`), accounts that open after the night
(their orders count for the customer who gets most of the person's), refunds of what was bought before, and what
contacts to come prevent, which is taken off the clock for the mean of who is chosen.
"""

from collections.abc import Sequence
from datetime import date
from itertools import product

import pyarrow as pa

from mining_tasks.demo.figure import CannotSay
from mining_tasks.demo.planted.baskets import Basis, mean_margin
from mining_tasks.demo.planted.buying import clock_table, expected_at
from mining_tasks.demo.planted.buying.habits import types
from mining_tasks.demo.planted.truth import settings_told
from mining_tasks.demo.planted.world import HORIZON_DAYS, World
from mining_tasks.demo.sight import Row, Sight, truth_folder
from mining_tasks.warehouse import engine

VIEWS = ("doors", "coming", "reach", "windows")


def show(sight: Sight, horizons: Sequence[int] = (), bases: Sequence[Basis] = ("books",)) -> World:
    """Adds the relations above; `horizons`, `bases`: for which `true_worth` is wanted. Gives the planted world.

    Raises `CannotSay` where contacts made so far still act after the night: whether one has added its order by then
    would have to be asked of each.
    """
    world = world_of(sight.facts)
    connection, said = sight.connection, world.settings["campaigns"]
    if sight.row(__file__, "acting.sql", window_days=said["window_days"])["acting"]:
        raise CannotSay("contacts made by this night still act after it, or their campaign goes on")
    connection.register("true_state", expected_at(world, truth_folder(), sight.night))
    connection.register("true_habits", _habits(world))
    connection.register("true_clock", clock_table(world))
    connection.register("true_worth", _worth(world, sight.night, horizons, bases))
    connection.register("true_rates", _rates(world))
    connection.execute(engine.sql(__file__, "macros.sql"))
    terms = {name: said[name] for name in ("window_days", "fatigue_days", "fatigue_factor")}
    terms |= {"guest_share": float(world.settings["buying"]["guest_order_share"]), "horizon": HORIZON_DAYS}
    for name in VIEWS:
        connection.register(f"true_{name}", sight.table(__file__, f"{name}.sql", **terms))
    return world


def world_of(facts: Row) -> World:
    """The world that the truth tells of; raises ValueError if it was planted with other settings than ours."""
    world = World(facts["customers"], facts["days"], facts["seed"])
    if facts["settings"] != settings_told(world):
        raise ValueError("the truth was planted with other settings than the code's. Next: plant the shop anew")
    return world


def _worth(world: World, night: date, horizons: Sequence[int], bases: Sequence[Basis]) -> pa.Table:
    first_day, found = world.day_of(night) + 1, []
    for days, basis in product(horizons, bases):
        lines = mean_margin(world, first_day, days, basis).to_pylist()
        found += [line | {"basis": basis, "days": days} for line in lines]
    names = ("type_code", "currency", "fixed_minor", "per_factor_minor", "basis", "days")
    kinds = (pa.string(), pa.string(), pa.float64(), pa.float64(), pa.string(), pa.int32())
    return pa.Table.from_pylist(found, pa.schema(list(zip(names, kinds, strict=True))))


def _habits(world: World) -> pa.Table:
    told = [
        {
            "type_code": kind["code"],
            "r": float(kind["rate_shape"]),
            "alpha": kind["rate_shape"] / kind["rate_mean"],
            "a": float(kind["leaves_a"]),
            "b": float(kind["leaves_b"]),
        }
        for kind in types(world)
    ]
    return pa.Table.from_pylist(told)


def _rates(world: World) -> pa.Table:
    told = world.settings["range"]["currencies"]
    rates = [one["rate"] for one in told.values()]
    minor = [10 ** one["digits"] for one in told.values()]
    return pa.table({"currency": list(told), "per_eur": pa.array(rates, pa.float64()), "minor": minor})
