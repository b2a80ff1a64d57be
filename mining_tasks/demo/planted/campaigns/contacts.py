"""Whom campaigns contact or hold out, and what each contact truly does."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.buying import first_order_days, still_customers
from mining_tasks.demo.planted.buying.habits import Bools, Floats, Ints, type_numbers, types
from mining_tasks.demo.planted.campaigns.catalogue import Campaign, held
from mining_tasks.demo.planted.campaigns.consent import said
from mining_tasks.demo.planted.world import Block, World

NEVER = -(10**6)  # a day before all days: not contacted

SCHEMA = pa.schema(
    {
        "campaign_id": pa.int64(),
        "person_id": pa.int64(),
        "contact_id": pa.int64(),
        "group_code": pa.string(),
        "contacted_at": pa.int64(),
        "contacted_day": pa.int32(),
        "contacts_before_count": pa.int32(),
        "effect_share": pa.float64(),
        "harm_share": pa.float64(),
    }
)


@dataclass(frozen=True)
class Crowd:
    """The persons of a block as campaigns see them, and their contacts in the CRM."""

    block: Block
    type_number: Ints
    first_order: Floats  # clock day
    contact_id: Ints  # one row per CRM contact, ascending
    owner: Ints  # her row in the block
    opened_at: Ints


@dataclass(frozen=True)
class Chosen:
    """The persons whom one campaign chose; one row per person."""

    person: Ints  # row in the block, ascending
    contact_id: Ints
    day: Ints
    at: Ints
    is_treated: Bools


def contacts(world: World, block: Block, persons: pa.Table, accounts: pa.Table, consents: pa.Table) -> pa.Table:
    """One row per campaign and person who was contacted or, by chance, held out; by campaign and person.

    `contacted_at` of a control is when she would have been contacted. `effect_share` is the true probability that the
    contact adds an order, if she has not left by then, `harm_share` the true share of her own orders that it prevents,
    in the window after it; both hold for controls as what would have been. Only with consent on the channel at that
    moment.
    """
    crowd, rng = _crowd(world, block, persons, accounts), world.rng("campaigns.contacts", block.number)
    history: list[Ints] = []  # one array per earlier campaign: each person's day of contact, or NEVER
    tables = [SCHEMA.empty_table()]
    for campaign in held(world):
        chosen = _choose(world, campaign, crowd, consents, rng)
        tables.append(_table(world, campaign, crowd, chosen, _contacts_before(world, chosen, history)))
        days = np.full(block.persons, NEVER)
        days[chosen.person[chosen.is_treated]] = chosen.day[chosen.is_treated]
        history.append(days)
    return pa.concat_tables(tables).sort_by([("campaign_id", "ascending"), ("person_id", "ascending")])


def felt(block: Block, contacts: pa.Table, orders: pa.Table) -> pa.Table:
    """The same contacts beside the orders: `felt_share` is 0 of who had left for good by the end of the day."""
    stay = still_customers(block, contacts, orders)
    return contacts.append_column("felt_share", pa.array(contacts["effect_share"].to_numpy() * stay))


def _crowd(world: World, block: Block, persons: pa.Table, accounts: pa.Table) -> Crowd:
    of_crm = pc.and_(pc.equal(accounts["source_code"], "crm"), pc.equal(accounts["version"], 0))
    known = accounts.filter(of_crm).sort_by("account_id")
    return Crowd(
        block,
        type_numbers(world, persons),
        first_order_days(world, block, persons),
        known["account_id"].to_numpy(),
        known["person_id"].to_numpy() - block.first,
        known["opened_at"].to_numpy(),
    )


def _choose(world: World, campaign: Campaign, crowd: Crowd, consents: pa.Table, rng: np.random.Generator) -> Chosen:
    """Of the contacts that exist and consent at that moment some are chosen, each person by one of hers at most."""
    count = crowd.block.persons
    days = rng.integers(campaign.started_day, campaign.ended_day + 1, count)
    at = _moments(world, days, rng)
    shares = np.array([campaign.chosen_share(kind["code"]) for kind in types(world)])
    wanted = rng.random(count) < shares[crowd.type_number]
    is_treated = rng.random(count) >= campaign.told["control_share"]
    asked = at[crowd.owner]
    consented = said(consents, campaign.told["channel"]).granted(crowd.contact_id, asked)
    rows = np.flatnonzero(consented & (crowd.opened_at <= asked) & wanted[crowd.owner])
    person, first = np.unique(crowd.owner[rows], return_index=True)
    return Chosen(person, crowd.contact_id[rows[first]], days[person], at[person], is_treated[person])


def _moments(world: World, days: Ints, rng: np.random.Generator) -> Ints:
    """A second of the contact hours of each day; counted back from its end, since clocks change in the night."""
    begin, end = world.settings["campaigns"]["contact_hours"]
    return world.midnights[days + 1] - 86_400 + rng.integers(begin * 3600, end * 3600, len(days))


def _contacts_before(world: World, chosen: Chosen, history: list[Ints]) -> Ints:
    """How often each was contacted in the days before that can weary her."""
    span = world.settings["campaigns"]["fatigue_days"]
    counts = np.zeros(len(chosen.person), np.int64)
    for days in history:
        passed = chosen.day - days[chosen.person]
        counts += (passed >= 0) & (passed <= span)
    return counts


def _table(world: World, campaign: Campaign, crowd: Crowd, chosen: Chosen, before: Ints) -> pa.Table:
    """Only who has ordered already can be moved or put off."""
    codes = [kind["code"] for kind in types(world)]
    effects, harms = (np.array([does(code) for code in codes]) for does in (campaign.effect, campaign.harm))
    kind = crowd.type_number[chosen.person]
    is_customer = crowd.first_order[chosen.person] < chosen.day
    fatigue = world.settings["campaigns"]["fatigue_factor"] ** before
    columns = {
        "campaign_id": np.full(len(kind), campaign.campaign_id),
        "person_id": chosen.person + crowd.block.first,
        "contact_id": chosen.contact_id,
        "group_code": pa.array(np.where(chosen.is_treated, "treated", "control")),
        "contacted_at": chosen.at,
        "contacted_day": chosen.day,
        "contacts_before_count": before,
        "effect_share": effects[kind] * fatigue * is_customer,
        "harm_share": harms[kind] * is_customer,
    }
    return pa.table(columns).cast(SCHEMA)
