"""Say of every customer and offer what is expected: by the model, or by the rates where there is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

import expectations
from expectations.speak import arrow
from mining_tasks.campaigns import box, effects, features
from mining_tasks.campaigns.alike import LEANS_ON
from mining_tasks.campaigns.best.changes import SOURCE, Changes
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.offers import Numbers
from mining_tasks.campaigns.rates import Past, rate
from mining_tasks.campaigns.response import Response


@dataclass(frozen=True)
class Model:
    """A champion: its name, what says who responds, the fitted box and the card."""

    name: str
    response: Response
    fitted: Any
    card: Mapping[str, Any]

    def effect(self, offer: Offer) -> tuple[Mapping[str, Any], Any] | None:
        """Facts and estimator of the offer's uplift; None where no control group of this offer was measured, or where
        groups of alike customers tell as much."""
        kind = offer.type_code or offer.code
        if offer.code not in self.card["uplift_codes"] or kind not in self.card["effects"]:
            return None
        if not self.card["effects"][kind]["serves"]:
            return None
        return self.card["effects"][kind], box.part(self.fitted, box.UPLIFT + kind)


@dataclass(frozen=True)
class Evening:
    """What a night's scores are made with; marks: data_as_of and is_stale. order_values: mean per currency. changes:
    what control groups tell by groups of alike customers; None without any."""

    night: date
    offers: Sequence[Offer]
    past: Sequence[Past]
    order_values: Mapping[str, float]
    marks: Mapping[str, Any]
    model: Model | None = None
    changes: Changes | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Standing:
    """Of n customers: (n,) what an order of each is worth in her currency; (n, g) memberships of groups of alike ones,
    and of a response how much the contact brought, where control groups tell."""

    worth: Numbers
    belongs: Numbers | None = None
    incremental_share: float | None = None


def schema() -> pa.Schema:
    """Of the rows below, as the contract promises them."""
    return arrow.schema(expectations.table("pub_campaigns__affinities"))


def scored(batches: pa.RecordBatchReader, evening: Evening) -> Iterator[pa.RecordBatch]:
    """The rows of `pub_campaigns__affinities` in the order of their key, a batch of customers at a time."""
    offers = sorted(evening.offers, key=lambda offer: offer.code)
    for batch in batches:
        customers = pa.Table.from_batches([batch])
        standing = _standing(customers, evening)
        parts = [_of_offer(customers, offer, evening, standing) for offer in offers]
        if parts:
            yield from _interleaved(parts, customers.num_rows).to_batches()


def order_value(customers: pa.Table, means: Mapping[str, float]) -> Numbers:
    """(n,) what an order of hers is worth in her currency, leaning on the mean of all; NaN without a currency."""
    mean = np.array([means.get(one, np.nan) if one else np.nan for one in customers["currency"].to_pylist()], float)
    orders = customers["paid_orders_count"].to_numpy().astype(np.float64)
    return np.asarray((customers["value_amount"].to_numpy() + LEANS_ON * mean) / (orders + LEANS_ON))


def _standing(customers: pa.Table, evening: Evening) -> Standing:
    """What holds of a batch of customers whatever is offered to them."""
    if evening.changes is None:
        return Standing(order_value(customers, evening.order_values))
    belongs, worth = evening.changes.seen(customers)
    return Standing(worth, belongs, evening.changes.incremental_share(evening.past))


def _of_offer(customers: pa.Table, offer: Offer, evening: Evening, standing: Standing) -> dict[str, pa.Array]:
    count = customers.num_rows
    known = rate(evening.past, offer, evening.night)
    made: dict[str, Any] = {"probability": np.full(count, np.nan if known.share is None else known.share)}
    made |= {"source": f"{known.source}{evening.doubt}", "effect": None, "share": 1.0}
    if evening.model:
        made |= _modelled(customers, offer, evening, evening.model)
    if evening.changes and standing.belongs is not None:
        if standing.incremental_share is not None:
            made["share"] = standing.incremental_share
        made |= _changed(standing.belongs, offer, evening.changes, made)
    brought = made["probability"] * made["share"] if made["effect"] is None else made["effect"][0]
    return {
        "customer_id": customers["customer_id"].combine_chunks(),
        "response_probability": _floats(made["probability"]),
        **_effect(made["effect"], count),
        "value_amount": _money(brought * standing.worth),
        "currency": customers["currency"].combine_chunks(),
        **{name: pa.repeat(pa.scalar(value), count) for name, value in _said(offer, evening, made).items()},
    }


def _modelled(customers: pa.Table, offer: Offer, evening: Evening, model: Model) -> dict[str, Any]:
    matrix = model.response.matrix(features.for_offer(customers, offer, evening.past, evening.night))
    found = model.effect(offer)
    return {
        "probability": model.response.probability(matrix),
        "source": model.name,
        "share": model.card["incremental_share"],
        "effect": effects.predicted(*found, matrix) if found else None,
    }


def _changed(belongs: Numbers, offer: Offer, changes: Changes, made: Mapping[str, Any]) -> dict[str, Any]:
    """What control groups tell of the offer, unless a model of single customers told it."""
    effect = changes.said(offer, belongs) if made["effect"] is None else None
    if effect is None:
        return {}
    return {"effect": effect, "source": f"{made['source']}; {SOURCE}"}


def _effect(effect: tuple[Numbers, Numbers, Numbers] | None, count: int) -> dict[str, pa.Array]:
    names = ("uplift_probability", "uplift_low_probability", "uplift_high_probability")
    code = pa.repeat(pa.scalar("affinity" if effect is None else "uplift"), count)
    values = [pa.nulls(count, pa.float64())] * 3 if effect is None else [_floats(one) for one in effect]
    return {"effect_code": code, **dict(zip(names, values, strict=True))}


def _said(offer: Offer, evening: Evening, made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "campaign_code": offer.code,
        "window_days": offer.window_days,
        "due_date": evening.night + timedelta(days=1 + offer.window_days),
        "score_source": made["source"],
        "night": evening.night,
        **evening.marks,
    }


def _interleaved(parts: Sequence[Mapping[str, pa.Array]], count: int) -> pa.Table:
    """One table out of one per offer: all offers of the first customer, then of the next."""
    order = pa.array(np.arange(len(parts) * count).reshape(len(parts), count).T.ravel())
    together = pa.concat_tables([pa.table({name: part[name] for name in schema().names}) for part in parts])
    return together.take(order).cast(schema())


def _floats(values: Numbers) -> pa.Array:
    return pa.array(values, mask=~np.isfinite(values))


def _money(values: Numbers) -> pa.Array:
    cents = np.where(np.isfinite(values), np.round(values, 4), 0.0)
    return pa.array(cents, mask=~np.isfinite(values)).cast(pa.decimal128(38, 10)).cast(pa.decimal128(18, 4))
