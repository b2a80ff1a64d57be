"""Reviews of products that were really bought: stars follow the sentiment of the words, with some noise."""

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.words.desk import DAYS_IN_YEAR, Desk, desk, few, hours, shares
from mining_tasks.demo.planted.words.grammar import ASPECTS, LANGUAGES, SENTIMENTS
from mining_tasks.demo.planted.words.phrases import in_small_letters, phrases, some
from mining_tasks.demo.planted.words.tickets import IDS_PER_BLOCK
from mining_tasks.demo.planted.world import Block, World

STARS = 5


def reviews(  # noqa: PLR0913 - every topic is handed the block's tables in the same order
    world: World, block: Block, persons: pa.Table, accounts: pa.Table, orders: pa.Table, lines: pa.Table
) -> pa.Table:
    """One row per review by `review_id`, written on the last day at the latest; `lines` stand by `order_id`.

    Truth only: `sentiment_code` (neg, neu, pos) and `aspect_code`.
    """
    rng, there = world.rng("words reviews", block.number), desk(world, block, persons, accounts, orders)
    settings = world.settings["words"]["reviews"]
    order, at = _reviewed(rng, world, there, block.persons * settings["per_person_and_year"])
    product, bought = _bought(rng, lines, there.order_id[order])
    order, at = order[bought], at[bought]
    sentiment, aspect = (shares(rng, settings[name], len(order)) for name in ("sentiments", "aspects"))
    account, language = there.known(rng, there.writer[order], at), there.language[there.writer[order]]
    return pa.table(
        {
            "review_id": block.number * IDS_PER_BLOCK + 1 + np.arange(len(order)),
            "requester_id": there.account_id[account],
            "person_id": block.first + there.writer[order],
            "product_id": product,
            "stars_count": _stars(rng, world, sentiment),
            "body": _bodies(rng, world, language, aspect, sentiment),
            "reviewed_at": at,
            "language": pa.array(LANGUAGES).take(pa.array(language)),
            "sentiment_code": pa.array(list(SENTIMENTS)).take(pa.array(sentiment)),
            "aspect_code": pa.array(ASPECTS).take(pa.array(aspect)),
        }
    )


def _reviewed(rng: np.random.Generator, world: World, there: Desk, a_year: float) -> tuple[np.ndarray, np.ndarray]:
    """Orders of which one product is reviewed, and when, by time."""
    order = few(rng, len(there.order_id), a_year * world.days / DAYS_IN_YEAR)
    low, high = world.settings["words"]["reviews"]["days_after"]
    day = there.order_day[order] + rng.integers(low, high + 1, len(order))
    order, day = order[day < world.days], day[day < world.days]
    at = world.midnights[day] + hours(rng, len(day))
    by_time = np.lexsort((order, at))
    return order[by_time], at[by_time]


def _bought(rng: np.random.Generator, lines: pa.Table, order_id: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """A product of each order that has lines, and which orders these are."""
    owners = lines["order_id"].to_numpy()
    first, beyond = np.searchsorted(owners, order_id), np.searchsorted(owners, order_id, "right")
    drawn = first + (rng.random(len(order_id)) * (beyond - first)).astype(np.int64)
    return lines["product_id"].combine_chunks().take(pa.array(drawn[beyond > first])), beyond > first


def _stars(rng: np.random.Generator, world: World, sentiment: np.ndarray) -> np.ndarray:
    weights = world.settings["words"]["reviews"]["stars"]
    edges = np.array([weights[mood] for mood in SENTIMENTS.values()]).cumsum(axis=1)
    above = rng.random(len(sentiment))[:, None] >= edges[sentiment, : STARS - 1] / edges[sentiment, -1:]
    return np.asarray(1 + above.sum(axis=1), np.int32)


def _bodies(
    rng: np.random.Generator, world: World, language: np.ndarray, aspect: np.ndarray, sentiment: np.ndarray
) -> pa.Array:
    """Opening, what it is about, judgement, ending; all but the remark may be missing."""
    words, book = world.settings["words"], phrases(world)
    slips = rng.random(len(language)) < words["typo_share"]
    body = book.text(
        some(rng, words["reviews"]["opening_share"], book.draw(rng, "opening", language)),
        book.slip(book.draw(rng, "remark", language, aspect, sentiment), slips),
        some(rng, words["reviews"]["judgement_share"], book.draw(rng, "judgement", language, sentiment)),
        some(rng, words["reviews"]["ending_share"], book.draw(rng, "ending", language)),
    )
    return in_small_letters(rng, words["lower_share"], body)
