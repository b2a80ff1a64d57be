"""All orders of a block: those of the persons' own accord, those that campaigns add, and the staff's tests."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.buying import checkout, clock
from mining_tasks.demo.planted.buying.habits import Bools, Floats, Habits, Ints, by_type, habits
from mining_tasks.demo.planted.buying.process import Harms, first_days, left_days, own_orders
from mining_tasks.demo.planted.world import Block, World

NO_CAMPAIGN = -1


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
    it) and `is_test` (placed by staff). A contact acts from the morning after it, for `campaigns.window_days`, if she
    has not left by the end of its day.
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
    left = left_days(block.persons, last["person_id"].to_numpy() - block.first, last["clock_day"].to_numpy())
    return _stay(block, contacts, left)


def _stay(block: Block, contacts: pa.Table, left_day: Floats) -> Bools:
    stay: Bools = left_day[contacts["person_id"].to_numpy() - block.first] >= contacts["contacted_day"].to_numpy() + 1
    return stay


def _wished(world: World, block: Block, persons: pa.Table, contacts: pa.Table, people: Habits) -> Wishes:
    rng = world.rng("buying.process", block.number)
    treated = contacts.filter(pc.equal(contacts["group_code"], "treated"))
    first = first_order_days(world, block, persons)
    own = own_orders(world, people, first, _harms(world, block, treated), rng)
    own_rows = len(own.person)
    parts = (
        Wishes(own.person, own.clock_day, np.full(own_rows, NO_CAMPAIGN), own.is_last, np.zeros(own_rows, bool)),
        _added(world, block, treated, own.left_days(block.persons)),
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


def _added(world: World, block: Block, treated: pa.Table, left_day: Floats) -> Wishes:
    """At most one order more per contact, somewhere in its window, of who is still a customer."""
    rng = world.rng("buying.added", block.number)
    window = world.settings["campaigns"]["window_days"]
    day = treated["contacted_day"].to_numpy() + 1.0 + window * rng.random(len(treated))
    comes = (rng.random(len(treated)) < treated["effect_share"].to_numpy()) & (day < world.all_days)
    comes &= _stay(block, treated, left_day)
    person, campaign = (treated[name].to_numpy()[comes] for name in ("person_id", "campaign_id"))
    no = np.zeros(len(person), bool)
    return Wishes(person - block.first, day[comes], campaign, no, no)


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
