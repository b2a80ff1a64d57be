"""The persons of a block as the other topics and the truth see them."""

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.people.calling import given_names
from mining_tasks.demo.planted.people.folk import folk
from mining_tasks.demo.planted.people.homes import codes
from mining_tasks.demo.planted.people.lists import countries, cumulated, drawn
from mining_tasks.demo.planted.world import Block, World


def persons(world: World, block: Block) -> pa.Table:
    """One row per person: who she is, where and from when she buys, and the latent type of buyer she is.

    `household_id` is the `person_id` of the household's head. `joined_day` is the day of the first order.
    """
    people, told = folk(world, block), world.settings
    country = pa.array(people.country)
    types = told["buying"]["types"]
    kind = drawn(cumulated([it["share"] for it in types]), world.rng("types", block.number).random(block.persons))
    return pa.table(
        {
            "person_id": pa.array(people.person_id),
            "household_id": pa.array(people.person_id[people.homes.heads[people.homes.of]]),
            "type_code": pa.array([it["code"] for it in types]).take(pa.array(kind)),
            "country_code": pa.array(codes(world)).take(country),
            "currency": pa.array([it["currency"] for it in told["people"]["countries"]]).take(country),
            "language": pa.array([countries()[code].language for code in codes(world)]).take(country),
            "birth_date": pa.array(people.birth_date, pa.date32()),
            "trap_code": pa.array(people.trap),
            "joined_day": pa.array(people.joined_day.astype(np.int32)),
        }
    )


def spellings(world: World, block: Block) -> pa.Table:
    """How each person is truly written today, for the truth and its tests."""
    people = folk(world, block)
    return pa.table(
        {
            "person_id": pa.array(people.person_id),
            "given_name": pa.array(given_names().written[people.given]),
            "surname": pa.array(people.surname),
            "birth_name": pa.array(people.birth_name),
        }
    )
