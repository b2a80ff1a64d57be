"""Letters to the desk as tickets: subject and body from the grammar, a tag, and when the desk had solved them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.words.desk import HOUR, Desk, desk, shares
from mining_tasks.demo.planted.words.grammar import ASPECTS, INCIDENT, LANGUAGES, SENTIMENTS
from mining_tasks.demo.planted.words.letters import NO_ORDER, letters, moments
from mining_tasks.demo.planted.words.phrases import in_small_letters, phrases, some
from mining_tasks.demo.planted.world import Block, World

IDS_PER_BLOCK = 10**7  # room for the tickets, and for the reviews, of one block


def tickets(world: World, block: Block, persons: pa.Table, accounts: pa.Table, orders: pa.Table) -> pa.Table:
    """One row per ticket by `ticket_id`, opened on the last day at the latest; times are epoch seconds UTC.

    Truth only: `sentiment_code` (neg, neu, pos), `aspect_code`, `is_late` (it is about an order that came late) and
    `is_incident`. A share of the bodies ends with the writer's first name.
    """
    rng, there = world.rng("words tickets", block.number), desk(world, block, persons, accounts, orders)
    found = letters(rng, world, block, there)
    order, opened_at = found["order"], moments(world, found)
    language = there.language[there.owner[found["account"]]]
    tagged = rng.random(len(found)) < world.settings["words"]["wrong_topic_share"]
    topic = np.where(tagged, rng.integers(0, len(ASPECTS), len(found)), found["aspect"])
    solved_at = _solved(rng, world, opened_at)
    return pa.table(
        {
            "ticket_id": block.number * IDS_PER_BLOCK + 1 + np.arange(len(found)),
            "requester_id": there.account_id[found["account"]],
            "person_id": block.first + there.owner[found["account"]],
            "opened_at": opened_at,
            "solved_at": solved_at,
            "status_code": pc.if_else(pc.is_valid(solved_at), "solved", "open"),
            "channel_code": _channels(rng, world, len(found)),
            "topic_code": pa.array(ASPECTS).take(pa.array(topic)),
            "order_id": pa.array(np.append(there.order_id, NO_ORDER)[order], mask=order == NO_ORDER),
            "subject": phrases(world).text(phrases(world).draw(rng, "subject", language, found["aspect"])),
            "body": _bodies(rng, world, there, found),
            "language": pa.array(LANGUAGES).take(pa.array(language)),
            "sentiment_code": pa.array(list(SENTIMENTS)).take(pa.array(found["sentiment"])),
            "aspect_code": pa.array(ASPECTS).take(pa.array(found["aspect"])),
            "is_late": found["is_late"],
            "is_incident": found["is_incident"],
        }
    )


def _bodies(rng: np.random.Generator, world: World, there: Desk, found: np.ndarray) -> pa.Array:
    """Greeting, aside, what it is about, verdict, closing, name; all but the clause may be missing."""
    settings, book = world.settings["words"], phrases(world)
    letter = settings["tickets"]
    language = there.language[there.owner[found["account"]]]
    clause = np.where(found["is_incident"], INCIDENT, found["aspect"])
    slips = rng.random(len(found)) < settings["typo_share"]
    body = book.text(
        some(rng, letter["greeting_share"], book.draw(rng, "greeting", language)),
        some(rng, letter["aside_share"], book.draw(rng, "aside", language)),
        book.slip(book.draw(rng, "clause", language, clause, found["sentiment"]), slips),
        some(rng, letter["verdict_share"], book.draw(rng, "verdict", language, found["sentiment"])),
        some(rng, letter["closing_share"], book.draw(rng, "closing", language)),
        _signatures(rng, settings["signed_share"], there.given_name.take(pa.array(found["account"]))),
    )
    return in_small_letters(rng, settings["lower_share"], body)


def _signatures(rng: np.random.Generator, share: float, name: pa.Array) -> pa.Array:
    """A line with the first name, where there is one, for a share of the letters."""
    signed = pc.and_(pa.array(rng.random(len(name)) < share), pc.is_valid(name))
    return pc.if_else(signed, pc.binary_join_element_wise("\n", name.fill_null(""), ""), "")


def _solved(rng: np.random.Generator, world: World, opened_at: np.ndarray) -> pa.Array:
    settings = world.settings["words"]["tickets"]
    passed = 600 + rng.exponential(settings["solved_hours"] * HOUR, len(opened_at))
    solved_at = opened_at + passed.astype(np.int64)
    never = rng.random(len(opened_at)) < settings["never_solved_share"]
    return pa.array(solved_at, mask=never | (solved_at >= world.midnights[world.days]))


def _channels(rng: np.random.Generator, world: World, count: int) -> pa.Array:
    channels = world.settings["words"]["tickets"]["channels"]
    return pa.array(list(channels)).take(pa.array(shares(rng, channels, count)))
