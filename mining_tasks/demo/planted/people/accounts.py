"""The accounts of a block: what the silos' tables say about its people, and in truth columns what is behind it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.people import demographics, typed
from mining_tasks.demo.planted.people.emails import emails, imitated
from mining_tasks.demo.planted.people.firms import founders
from mining_tasks.demo.planted.people.folk import folk
from mining_tasks.demo.planted.people.homes import ADDRESS, codes
from mining_tasks.demo.planted.people.lists import Flags, Texts
from mining_tasks.demo.planted.people.mailboxes import mailboxes
from mining_tasks.demo.planted.people.making import Making, making
from mining_tasks.demo.planted.people.opened import CRM, GUEST, SHOP, SUPPORT
from mining_tasks.demo.planted.people.phones import Phones, phones
from mining_tasks.demo.planted.people.typed import Typist
from mining_tasks.demo.planted.world import Block, World

SOURCES = pa.array(["shop", "crm", "support"])


def accounts(world: World, block: Block, persons: pa.Table) -> pa.Table:
    """One row per account and version, sorted by source, account and version; see `planted.people`."""
    people = replace(folk(world, block), joined_day=persons["joined_day"].to_numpy().astype(np.int64))
    made = making(world, people, world.rng("accounts", block.number))
    contacts, mailbox_codes, reached = _contacts(made)
    told = {
        **_keys(made),
        **contacts,
        **_written(made),
        "country_code": _countries(made),
        "mailbox_code": mailbox_codes,
        "trap_code": pa.array(_traps(made, reached)),
        "version": pa.array(made.rows.version, pa.int8()),
        "accepts_email": _newsletter(made),
        **_demographics(made),
        "slips": _slips(made.typist),
    }
    return pa.table(told)


def _keys(made: Making) -> dict[str, pa.Array]:
    rows = made.rows
    source = np.where(rows.kind == GUEST, SHOP, rows.kind)
    return {
        "source_code": SOURCES.take(pa.array(source)),
        "account_id": pa.array(rows.account_id),
        "person_id": pa.array(made.people.person_id[rows.person]),
        "opened_at": pa.array(rows.opened_at),
        "updated_at": pa.array(rows.updated_at),
        "is_guest": pa.array(rows.kind == GUEST, mask=(rows.kind == CRM) | (rows.kind == SUPPORT)),
    }


def _contacts(made: Making) -> tuple[dict[str, pa.Array], pa.Array, Phones]:
    rng = made.typist.rng
    firm = founders(made.world, made.people, rng)
    boxes = imitated(made, mailboxes(made.world, made.people, made.rows, firm, rng))
    reached = phones(made.world, made.people, made.rows, boxes.founder, rng)
    email, is_verified = emails(made, boxes)
    columns = {
        "email": _text(email),
        "is_email_verified": pa.array(is_verified),
        "phone": _text(reached.written),
    }
    return columns, pa.array(boxes.code), reached


def _written(made: Making) -> dict[str, pa.Array]:
    called = typed.names(made.typist, made.people, made.said, made.language)
    born, is_missing = typed.births(made.typist, made.people, made.said)
    words = typed.keyboards(made.typist, called | typed.addresses(made.typist, made.people))
    birth_date = pa.array(born, pa.date32(), mask=is_missing)
    names = {column: _text(words[column]) for column in ("given_name", "surname")}
    return names | {"birth_date": birth_date} | {column: _text(words[column]) for column in ADDRESS}


def _countries(made: Making) -> pa.Array:
    country = np.array(codes(made.world))[made.people.country[made.rows.person]]
    return pa.array(country, mask=made.typist.hit("no_country") | (made.rows.kind == SUPPORT))


def _traps(made: Making, reached: Phones) -> Texts:
    """A trap of the account comes before one of its person."""
    by_account = np.where(reached.is_recycled, "recycled_phone", made.people.trap[made.rows.person])
    return np.where(made.is_impostor, "look_alike", by_account)


def _newsletter(made: Making) -> pa.Array:
    accepts = made.typist.luck() < made.world.settings["people"]["accounts"]["accepts_email_share"]
    return pa.array(accepts, mask=(made.rows.kind == CRM) | (made.rows.kind == SUPPORT))


def _demographics(made: Making) -> dict[str, pa.Array]:
    facts = demographics.demographics(made.world, made.people, made.rows, made.typist.rng)
    return {column: _text(values, is_missing) for column, (values, is_missing) in facts.items()}


def _slips(typist: Typist) -> pa.Array:
    """For each row the names of its slips."""
    names = list(typist.slips)
    row, slip = np.nonzero(np.array([typist.slips[name] for name in names]).T)
    ends = np.cumsum(np.bincount(row, minlength=len(typist.rows.kind)))
    offsets = pa.array(np.append(0, ends), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.array(names).take(pa.array(slip)))


def _text(words: Texts, is_missing: Flags | None = None) -> pa.Array:
    """Empty words are missing ones."""
    return pa.array(words, pa.string(), mask=words == "" if is_missing is None else is_missing)
