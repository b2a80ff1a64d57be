"""The door of the segments room: train a challenger, judge it, assign every customer. All reads and writes are here."""

import logging
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations.customers import core_customers__departments, core_customers__features
from expectations.segments import pub_segments__customers, pub_segments__personas, pub_segments__transitions
from mining_tasks.experiments import champion, load, log
from mining_tasks.experiments.judge import Rule, Verdict, at_most, held, judged
from mining_tasks.experiments.load import Trained, Unloadable
from mining_tasks.experiments.store import StoreDown
from mining_tasks.segments import assign as assigning
from mining_tasks.segments import challenger as challenging
from mining_tasks.segments import compare, due, personas, plots, surrogate
from mining_tasks.segments.enough import enough
from mining_tasks.segments.features import FEATURES
from mining_tasks.segments.model import Segmentation
from mining_tasks.segments.moves import moves
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import Partition

FAMILY = "segments"
NONE = "none: "  # what `train` answers instead of a model's id, followed by the reason
STORE_DOWN = "none: the experiment store is down; "
logger = logging.getLogger(__name__)


def train(night: date) -> str:
    """Train a challenger if one is due and can be; returns its model id, or `none: ` and the reason."""
    part, table = _facts(night)
    before = champion.before(FAMILY, night)
    buyers = challenging.buyers(table, night)
    found = enough(buyers.rows, buyers.numbers, night)
    if found.missing:
        return f"{NONE}not enough to learn from: {found.missing}"
    reason = due.reason(night, before and before.card, *_served(before, table), _limits())
    if not reason.is_due:
        return NONE + reason.words
    made = challenging.made(buyers, before.card if before else None)
    try:
        return _logged(made, buyers, part, {"why": reason.words, **found.figures()})
    except StoreDown as fault:
        logger.warning("%s", fault)
        return f"{STORE_DOWN}{fault}"


def judge(night: date, challenger: str) -> str:
    """Decide what serves tonight: go moves the champion; hold and no-go keep yesterday's. Returns the verdict."""
    _, table = _facts(night)
    before = champion.before(FAMILY, night)
    if challenger.startswith(NONE):
        verdict = _without(challenger.removeprefix(NONE), before, table, night)
        return champion.decide(FAMILY, night, verdict, anew=not challenger.startswith(STORE_DOWN))
    trained = load.trained(challenger)
    return champion.decide(FAMILY, night, _verdict(trained, before, table, night), trained)
