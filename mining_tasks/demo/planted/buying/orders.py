"""All orders of a block: those of the persons' own accord and those that campaigns add, and the staff's tests."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.buying import checkout, clock
from mining_tasks.demo.planted.buying.habits import Bools, Floats, Habits, Ints, by_type, habits
from mining_tasks.demo.planted.buying.process import NO_CAMPAIGN, Added, Harms, Moves, bought, first_days
from mining_tasks.demo.planted.world import Block, World


@dataclass(frozen=True)
class Wishes:
    """One row per order, before anybody checks out."""

    person: Ints  # row in the block
    clock_day: Floats
    campaign: Ints  # NO_CAMPAIGN for all others
    is_last: Bools
    is_test: Bools


def orders(world: World, block: Block, persons: pa.Table, accounts: pa.Table, contacts: pa.Table) -> pa.Table:
    """One row per order up to the end of all days, by `order_id`; from `world.days` on only the truth knows of it.

    Beside the columns of the brief, for the truth: `clock_day` (the process's own moment), `is_last` (she left after
    it) and `is_test` (placed by staff). A contact acts from the morning after it, for `campaigns.window_days`, on who
    has not left.
    """
    people = habits(world, block, persons)
    wished = _wished(world, block, persons, contacts, people)
    rng, share = world.rng("buying.checkout", block.number), world.settings["buying"]["guest_order_share"]
    at = clock.seconds_at(world, wished.clock_day)
    placed = checkout.check_out(checkout.Doors.of(block, accounts), wished.person, at, rng, share)
    return (
        _table(world, block, persons, wished, placed)
        .append_column("value_factor", pa.array(_value_factors(world, people, wished, rng)))
        .append_column("status_code", _states(world, wished, rng))
    )


def first_order_days(world: World, block: Block, persons: pa.Table) -> Floats:
    """The clock day of each person's first own order; infinite or beyond all days if none comes."""
    joined = persons["joined_day"].to_numpy().astype(np.int64)
    return first_days(world, habits(world, block, persons), joined, world.rng("buying.first", block.number))


def still_customers(block: Block, contacts: pa.Table, orders: pa.Table) -> Bools:
    """Which contacts reach one who has not left for good by the end of their day."""
    last = orders.filter(orders["is_last"])
    left = np.full(block.persons, np.inf)
    left[last["person_id"].to_numpy() - block.first] = last["clock_day"].to_numpy()
    stay: Bools = left[contacts["person_id"].to_numpy() - block.first] >= contacts["contacted_day"].to_numpy() + 1
    return stay


def _wished(world: World, block: Block, persons: pa.Table, contacts: pa.Table, people: Habits) -> Wishes:
    treated = contacts.filter(pc.equal(contacts["group_code"], "treated"))
    first = first_order_days(world, block, persons)
    moves = Moves(_harms(world, block, treated), _added(world, block, treated))
    real = bought(world, people, first, moves, world.rng("buying.process", block.number))
    parts = (
        Wishes(real.person, real.clock_day, real.campaign, real.is_last, np.zeros(len(real.person), bool)),
        _tests(world, block, persons, people),
    )
    whole = [np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)]
    order = np.lexsort(whole[:2])  # by clock day, then person
    return Wishes(*(column[order] for column in whole))


def _harms(world: World, block: Block, treated: pa.Table) -> Harms:
    harming = treated.filter(pc.greater(treated["harm_share"], 0.0))
    starts = harming["contacted_day"].to_numpy() + 1.0
    person = harming["person_id"].to_numpy() - block.first
    return Harms(person, starts, starts + world.settings["campaigns"]["window_days"], harming["harm_share"].to_numpy())


def _added(world: World, block: Block, treated: pa.Table) -> Added:
    """At most one order more per contact, somewhere in its window."""
    rng, window = world.rng("buying.added", block.number), world.settings["campaigns"]["window_days"]
    day = treated["contacted_day"].to_numpy() + 1.0 + window * rng.random(len(treated))
    comes = (rng.random(len(treated)) < treated["effect_share"].to_numpy()) & (day < world.all_days)
    person, campaign = (treated[name].to_numpy()[comes] for name in ("person_id", "campaign_id"))
    order = np.lexsort((day[comes], person))
    return Added(person[order] - block.first, day[comes][order], campaign[order])


def _tests(world: World, block: Block, persons: pa.Table, people: Habits) -> Wishes:
    """Some of those who never buy are staff and try the checkout."""
    rng = world.rng("buying.tests", block.number)
    settings, idle = world.settings["buying"], np.flatnonzero(~people.buys)
    staff = rng.permutation(idle)[: max(1, round(block.persons * settings["staff_share"]))]
    wanted = settings["test_orders_per_day"] * world.all_days * block.persons / world.customers
    person = rng.choice(staff, rng.poisson(wanted)) if len(staff) else staff
    since = np.maximum(persons["joined_day"].to_numpy()[person], 0)
    day = since + (world.all_days - since) * rng.random(len(person))
    yes = np.ones(len(person), bool)
    return Wishes(person, day, np.full(len(person), NO_CAMPAIGN), ~yes, yes)


def _value_factors(world: World, people: Habits, wished: Wishes, rng: np.random.Generator) -> Floats:
    shape = by_type(world, "order_shape")[people.type_number[wished.person]]
    return rng.gamma(shape, people.value[wished.person] / shape)


def _states(world: World, wished: Wishes, rng: np.random.Generator) -> pa.Array:
    """Staff cancel what they tried."""
    settings, drawn = world.settings["buying"], rng.random(len(wished.person))
    cancelled = (drawn < settings["cancelled_share"]) | wished.is_test
    refunded = drawn > 1.0 - settings["refunded_share"]
    return pa.array(np.where(cancelled, "cancelled", np.where(refunded, "refunded", "completed")))


def _table(world: World, block: Block, persons: pa.Table, wished: Wishes, placed: checkout.Checkout) -> pa.Table:
    """The orders in the order of their clock; nobody orders more than once a day on average, so ids stay apart."""
    person_id, campaign = wished.person + block.first, wished.campaign
    return pa.table(
        {
            "order_id": block.first * world.all_days + 1 + np.arange(len(person_id)),
            "person_id": person_id,
            "account_id": pa.array(placed.account_id, mask=placed.account_id == checkout.NONE),
            "guest_account_id": pa.array(placed.guest_account_id, mask=placed.guest_account_id == checkout.NONE),
            "placed_at": placed.placed_at,
            "day": np.searchsorted(world.midnights, placed.placed_at, side="right").astype(np.int32) - 1,
            "currency": persons["currency"].take(pa.array(wished.person)),
            "cause_code": pa.array(np.where(campaign == NO_CAMPAIGN, "own", "campaign")),
            "campaign_id": pa.array(campaign, mask=campaign == NO_CAMPAIGN),
            "clock_day": wished.clock_day,
            "is_last": wished.is_last,
            "is_test": wished.is_test,
        }
    )
