"""Turns visits into page events: which pages each visit saw, when, how fast, and what the checkout showed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from mining_tasks.demo.planted.range import products
from mining_tasks.demo.planted.web.agents import AGENTS, DEVICES, agents
from mining_tasks.demo.planted.web.baskets import NONE, tracked
from mining_tasks.demo.planted.web.chain import chain
from mining_tasks.demo.planted.web.friction import INTENTS, friction
from mining_tasks.demo.planted.web.visits import Ends, Ground, visits
from mining_tasks.demo.planted.world import Block, World

PAGES = ("landing", "list", "product", "returns_info", "cart", "shipping", "checkout", "purchase")
LANDING, LIST, PRODUCT, RETURNS_INFO, CART, SHIPPING, CHECKOUT, PURCHASE = range(len(PAGES))
VISITS_PER_BLOCK = 10**8  # room for the ids of one block
SECONDS_ON_A_PAGE, SECONDS_OF_A_BOT = 90, 3
GOLDEN = 0x9E3779B97F4A7C15  # splitmix64 (Steele, Lea & Flood 2014), a one-to-one scramble
HEX_PAIRS = np.array([f"{byte:02x}" for byte in range(256)], "S2")


@dataclass(frozen=True)
class Seen:
    """Events before they have words: the row of the visit, the page, and where each visit begins."""

    found: np.ndarray
    row: np.ndarray
    page: np.ndarray
    first: np.ndarray

    @property
    def number(self) -> np.ndarray:
        """Numbers of events within their visits, from 1."""
        return np.asarray(np.arange(1, len(self.row) + 1) - self.first[self.row])


def events(  # noqa: PLR0913 - every topic is handed the block's tables in the same order
    world: World, block: Block, persons: pa.Table, accounts: pa.Table, orders: pa.Table, order_costs: pa.Table
) -> pa.Table:
    """Page events by session and number: what the web counter saw up to the last day, and some columns of truth.

    Money is in minor units of `currency`, times are epoch seconds UTC. Truth only: `person_id` (null for strangers),
    `is_bot`, `is_test`, `intent_code` (of visits that came to the checkout). `persons` and `accounts` are not needed:
    an order knows its account.
    """
    rubs = friction(world)
    ground = Ground(world, block, chain(world), rubs, tracked(world, block, orders, order_costs, rubs))
    found = visits(ground)
    rng = world.rng("web pages", block.number)
    seen = _expanded(found, _pages(rng, world, found))
    return pa.table({**_of_visits(rng, ground, seen), **_of_pages(rng, ground, seen)}).select(COLUMNS)


COLUMNS = (
    ["session_id", "event_number", "visitor_id", "account_id", "happened_at", "page_code", "channel_code"]
    + ["campaign_id", "load_ms", "shipping_quote_minor", "basket_minor", "currency", "product_id", "order_id"]
    + ["device_code", "user_agent", "person_id", "is_bot", "is_test", "intent_code"]
)


def _pages(rng: np.random.Generator, world: World, found: np.ndarray) -> np.ndarray:
    """How often each visit saw each page: visits × PAGES, int8."""
    browsing, ends, intent = world.settings["web"]["browsing"], found["ends"], found["intent"]
    shown, bot = np.isin(ends, (Ends.FAILED, Ends.BOUGHT, Ends.TEST)), ends == Ends.BOT
    looks = shown | (rng.random(len(found)) < browsing["looks_share"])
    count = np.zeros((len(found), len(PAGES)), np.int8)
    count[:, LANDING] = 1
    count[:, LIST] = np.where(bot, rng.integers(2, 9, len(found)), looks & (rng.random(len(found)) < 0.5))
    more = np.where(intent == 1, 2, looks) + np.where(shown & (intent < 1), 0, looks * rng.poisson(0.5, len(found)))
    count[:, PRODUCT] = np.where(bot, rng.integers(0, 6, len(found)), more)
    count[:, RETURNS_INFO] = rng.random(len(found)) < _by_intent(world, intent, "returns_info_share", 0.05)
    carts = looks & (rng.random(len(found)) < browsing["cart_share"])
    count[:, CART] = shown | (carts & ~bot)
    count[:, SHIPPING] = count[:, CHECKOUT] = shown
    count[:, PURCHASE] = np.isin(ends, (Ends.BOUGHT, Ends.TEST))
    return count


def _by_intent(world: World, intent: np.ndarray, setting: str, otherwise: float) -> np.ndarray:
    """A share of each visit by its intent; of visits without a checkout, `otherwise`."""
    shares = [world.settings["web"]["intent"][name][setting] for name in INTENTS]
    return np.asarray(np.array([*shares, otherwise])[intent])


def _expanded(found: np.ndarray, count: np.ndarray) -> Seen:
    row = np.repeat(np.arange(len(found)), count.sum(axis=1))
    page = np.repeat(np.tile(np.arange(len(PAGES), dtype=np.int8), len(found)), count.ravel())
    return Seen(found, row, page, np.searchsorted(row, np.arange(len(found))))


def _of_visits(rng: np.random.Generator, ground: Ground, seen: Seen) -> dict[str, Any]:
    """Columns that are the same, or set once, in all events of a visit."""
    found, row, baskets = seen.found, seen.row, ground.baskets
    is_bot, is_test = found["ends"] == Ends.BOT, found["ends"] == Ends.TEST
    browsing = ground.world.settings["web"]["browsing"]["phone_share"]
    phone_share = np.where(is_bot | is_test, 0, _by_intent(ground.world, found["intent"], "phone_share", browsing))
    device = (rng.random(len(found)) < phone_share).astype(np.int8)
    logged_in = rng.random(len(found)) < ground.world.settings["web"]["stays_logged_in_share"]
    account = _at(baskets.account, found["order"])[row]
    named = (account != NONE) & (logged_in[row] | (seen.page >= CART))
    campaign = np.where(found["ends"] == Ends.BOUGHT, _at(baskets.campaign, found["order"]), NONE)
    campaign[found["channel"] != ground.chain.channels.index("email")] = NONE
    person = _at(baskets.person, found["order"])[row]
    return {
        "session_id": ground.block.number * VISITS_PER_BLOCK + row,
        "event_number": seen.number.astype(np.int32),
        "visitor_id": _visitor_ids(ground, found["visitor"]).take(pa.array(row)),
        "account_id": pa.array(account, mask=~named),
        "channel_code": _words(ground.chain.channels, found["channel"][row], seen.page == LANDING),
        "campaign_id": pa.array(campaign[row], mask=(campaign[row] == NONE) | (seen.page != LANDING)),
        "device_code": _words(DEVICES, device[row]),
        "user_agent": _words(AGENTS, agents(rng, device, is_bot, is_test)[row]),
        "person_id": pa.array(person, mask=person == NONE),
        "is_bot": is_bot[row],
        "is_test": is_test[row],
        "intent_code": _words(INTENTS, found["intent"][row], found["intent"][row] != NONE),
    }


def _of_pages(rng: np.random.Generator, ground: Ground, seen: Seen) -> dict[str, Any]:
    """Columns that differ from page to page."""
    found, row, page, baskets = seen.found, seen.row, seen.page, ground.baskets
    slow = np.where(page == CHECKOUT, found["slow"][row], np.int8(NONE))
    basket = np.where((page >= SHIPPING), found["basket"][row], NONE)
    order = np.where((page == PURCHASE), found["order"][row], NONE)
    nothing = basket == NONE
    range_ids = products(ground.world)["product_id"].to_numpy()
    popular = (rng.random(len(row)) ** 2 * len(range_ids)).astype(np.int64)
    return {
        "happened_at": _moments(rng, seen),
        "page_code": _words(PAGES, page),
        "load_ms": ground.friction.loads(rng, slow),
        "shipping_quote_minor": pa.array(_at(baskets.quote, basket), mask=nothing),
        "basket_minor": pa.array(_at(baskets.amount, basket), mask=nothing),
        "currency": baskets.currency.take(pa.array(basket, mask=nothing)),
        "product_id": pa.array(range_ids[popular], mask=(page != PRODUCT) & (page != CART)),
        "order_id": pa.array(_at(baskets.order_id, order), mask=order == NONE),
    }


def _moments(rng: np.random.Generator, seen: Seen) -> np.ndarray:
    """When each event happened: the last one of a visit at its end, earlier ones some seconds before one another."""
    ends = seen.found["ends"][seen.row]
    longest = np.where(ends == Ends.BOT, SECONDS_OF_A_BOT, SECONDS_ON_A_PAGE)
    passed = (1 + rng.random(len(ends)) * longest).astype(np.int64).cumsum()
    last = np.append(seen.first, len(seen.row))[1:] - 1
    return np.asarray(seen.found["ended_at"][seen.row] - (passed[last][seen.row] - passed))


def _at(values: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Values by row; NONE where the row is NONE."""
    return np.asarray(np.append(values, NONE)[row])


def _words(words: tuple[str, ...], number: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    indices = pa.array(number, mask=None if known is None else ~known)
    return pa.array(words).take(indices)


def _visitor_ids(ground: Ground, visitor: np.ndarray) -> pa.Array:
    """Sixteen hex digits for each visitor, different in the whole shop; another seed, others."""
    mixed = visitor.astype(np.uint64) + np.uint64(ground.block.number << 32)
    mixed += np.uint64(ground.world.seed * GOLDEN % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    digits = HEX_PAIRS[mixed.view(np.uint8).reshape(-1, 8)].view("S16").ravel()
    return pa.array(digits).cast(pa.string())
