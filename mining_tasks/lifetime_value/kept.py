"""A taught recipe as a model to keep: trees in the model's file, everything else on its card, each vouching for the
other by a digest."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.dummy import DummyRegressor

from mining_tasks.experiments.load import Trained, Unloadable, card_text
from mining_tasks.lifetime_value import learned, recipes
from mining_tasks.lifetime_value.recipes import Taught

# The same in the words of the tables of facts.
FACTS = ("active_days_count", "recency_days", "tenure_days", "orders_count", "sales_amount")
FIELDS = ("frequency", "recency", "age", "orders", "sales", "value")  # what the parametric recipes look at


def file_of(taught: Taught) -> Any:
    """The estimator to save: the trees, or an empty one; it carries the digest of the card's part."""
    made = taught.trees or DummyRegressor(strategy="constant", constant=0.0).fit(np.zeros((1, len(FIELDS))), [0.0])
    made.taught_digest_ = digest(taught.card())
    return made


def columns(taught: Taught) -> tuple[str, ...]:
    """Names of the numbers that the model's file looks at."""
    return (*taught.features, *learned.SAID) if taught.trees is not None else FIELDS


def taught_of(trained: Trained) -> Taught:
    """The recipe that was kept; raises `Unloadable` if file and card do not belong together or cannot be read."""
    estimator = trained.estimator()
    try:
        card = trained.card["taught"]
        if getattr(estimator, "taught_digest_", "") != digest(card):
            raise Unloadable(f"{trained.name}: its card is not the one that was saved; train again or restore it")
        trees = estimator if card["recipe"] == recipes.BOOSTED else None
        return recipes.of_card(card, trees)
    except (KeyError, TypeError, AttributeError) as fault:
        raise Unloadable(f"{trained.name}: its card cannot be read: {type(fault).__name__}") from fault


def broken(trained: Trained | None) -> str:
    """Why a kept recipe cannot be used; empty if it can, or if there is none."""
    try:
        if trained is not None:
            taught_of(trained)
    except Unloadable as fault:
        return str(fault)
    return ""


def facts_of(taught: Taught) -> tuple[str, ...]:
    """The facts of a customer that the recipe looks at."""
    return tuple(sorted({*FACTS, *taught.features}))


def digest(card: Mapping[str, Any]) -> str:
    """Fingerprint of what was learned, the same before and after JSON."""
    return hashlib.sha256(card_text(card).encode()).hexdigest()


def name_of(taught: Taught) -> str:
    """A name that people can tell apart: what it is, and eight digits of what it learned."""
    return f"{taught.recipe} {digest(taught.card())[:8]}".replace(",", "").replace("/", "-")
