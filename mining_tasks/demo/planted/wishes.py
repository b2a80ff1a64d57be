"""What people wish: to be contacted or not, channel by channel and over time, and to be forgotten."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.world import Block, World

DAY = 86_400
EASILY_MISTAKEN = ("twin", "father_son", "namesake")
CONSENTS = pa.schema(
    {
        "contact_id": pa.int64(),
        "channel_code": pa.string(),
        "is_granted": pa.bool_(),
        "recorded_at": pa.int64(),
        "updated_at": pa.int64(),
    }
)
ERASURES = pa.schema(
    {"person_id": pa.int64(), "requested_night": pa.date32(), "source_code": pa.string(), "account_id": pa.int64()}
)
Array = np.ndarray[Any, np.dtype[Any]]


def consents(world: World, block: Block, accounts: pa.Table) -> pa.Table:
    """One row per CRM contact, channel and change of mind, sorted so; a channel without a row was never asked for.

    `recorded_at` is when she said so, `updated_at` when the CRM learnt of it; both epoch seconds. For e-mail the shop
    keeps a flag of its own (`accounts.accepts_email`), which agrees with her first answer but for a planted share, and
    does not hear of later ones.
    """
    rng, told = world.rng("consents", block.number), world.settings["wishes"]
    contacts = accounts.filter(pc.and_(pc.equal(accounts["source_code"], "crm"), pc.equal(accounts["version"], 0)))
    changes = []
    for channel in sorted(told["asked_share"]):
        luck = rng.random((7, contacts.num_rows))
        granted = luck[0] < told["granted_share"][channel]
        if channel == "email":
            granted = _as_the_shop_says(accounts, contacts, granted, luck[1] < told["contradictory_share"])
        asked = luck[2] < told["asked_share"][channel]
        changes.append(_changes(world, contacts, (asked, granted), luck[3:], channel))
    keys = ("contact_id", "channel_code", "recorded_at")
    return pa.concat_tables(changes).sort_by([(key, "ascending") for key in keys]).combine_chunks()


def erasures(world: World, block: Block, persons: pa.Table, accounts: pa.Table) -> pa.Table:
    """One row per account of a person who on `requested_night` asks to be forgotten, sorted by night, source and id.

    Accounts that she opens later are not meant. The first to ask on a night is easily taken for somebody else.
    """
    rng = world.rng("erasures", block.number)
    waiting = rng.permutation(persons["person_id"].to_numpy())
    is_trap = pc.is_in(persons["trap_code"], pa.array(EASILY_MISTAKEN))
    trapped = persons.filter(is_trap)["person_id"].to_numpy()
    found = [ERASURES.empty_table()]
    for wish in world.settings["wishes"]["erasures"]:
        known = _known(world, accounts, wish["days_before_last"])
        able = waiting[np.isin(waiting, known["person_id"].to_numpy())]
        able = able[np.argsort(~_is_first_of(able, trapped), kind="stable")]
        asking = able[: max(1, round(wish["persons_share"] * persons.num_rows))]
        waiting = waiting[~np.isin(waiting, asking)]
        night = world.last_day - timedelta(days=wish["days_before_last"])
        found.append(_hit(known, asking, night))
    order = [(key, "ascending") for key in ("requested_night", "source_code", "account_id")]
    return pa.concat_tables(found).sort_by(order).combine_chunks()


def _as_the_shop_says(accounts: pa.Table, contacts: pa.Table, granted: Array, is_contrary: Array) -> Array:
    """The answer that her oldest account of the shop holds, or its opposite; her own where she has none."""
    shop = accounts.filter(pc.equal(accounts["is_guest"], False)).sort_by("opened_at")
    person, row = np.unique(shop["person_id"].to_numpy(), return_index=True)
    flag = shop["accepts_email"].to_numpy(zero_copy_only=False).astype(bool)[row]
    asked = contacts["person_id"].to_numpy()
    place = np.minimum(np.searchsorted(person, asked), max(len(person) - 1, 0))
    has_shop = person[place] == asked if len(person) else np.zeros(len(asked), bool)
    return np.where(has_shop, flag[place] ^ is_contrary, granted) if len(person) else granted


def _changes(world: World, contacts: pa.Table, answers: tuple[Array, Array], luck: Array, channel: str) -> pa.Table:
    """The first answer; of the yeses some are withdrawn, of these some given again; some are told late."""
    told, (asked, granted) = world.settings["wishes"], answers
    opened, end = contacts["opened_at"].to_numpy(), int(world.midnights[world.days]) - 1
    withdraws = asked & granted & (luck[0] < told["withdrawn_share"]) & (end - opened > 3 * DAY)
    again = withdraws & (luck[0] < told["withdrawn_share"] * told["granted_again_share"])
    second = opened + DAY + (luck[1] * (end - opened - 2 * DAY)).astype(np.int64)
    third = second + 1 + (luck[2] * (end - second - 1)).astype(np.int64)
    late = (luck[3] * told["told_late_days"] / told["told_late_share"] * DAY).astype(np.int64)
    lag = np.where(luck[3] < told["told_late_share"], late, 0)
    until = (np.where(withdraws, second - 1, end), np.where(again, third - 1, end), np.full(len(opened), end))
    parts = []
    for which, is_granted, at, latest in zip(
        (asked, withdraws, again), (granted, ~withdraws, again), (opened, second, third), until, strict=True
    ):
        row = np.flatnonzero(which)
        columns = [contacts["account_id"].to_numpy()[row], pa.repeat(channel, len(row)), is_granted[row], at[row]]
        updated = np.minimum(at + lag, np.maximum(latest, at))[row]
        parts.append(pa.table([*columns, updated], schema=CONSENTS))
    return pa.concat_tables(parts)


def _known(world: World, accounts: pa.Table, days_before_last: int) -> pa.Table:
    """The accounts that were there when that night ended; none for a night before the history."""
    day = world.days - days_before_last
    end = int(world.midnights[day]) if day > 0 else np.iinfo(np.int64).min
    return accounts.filter(pc.and_(pc.equal(accounts["version"], 0), pc.less(accounts["opened_at"], end)))


def _is_first_of(persons: Array, wanted: Array) -> Array:
    """True for the first of the persons who is among the wanted."""
    among = np.isin(persons, wanted)
    return np.asarray(among & (np.cumsum(among) == 1))


def _hit(known: pa.Table, asking: Array, night: date) -> pa.Table:
    accounts = known.filter(pc.is_in(known["person_id"], pa.array(asking)))
    nights = pa.repeat(pa.scalar(night, pa.date32()), accounts.num_rows)
    columns = [accounts["person_id"], nights, accounts["source_code"], accounts["account_id"]]
    return pa.table(columns, schema=ERASURES)
