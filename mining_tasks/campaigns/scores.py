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
from mining_tasks.campaigns.alike import LEANS_ON, Seen
from mining_tasks.campaigns.best.changes import SOURCE, Changes
from mining_tasks.campaigns.best.crowd import Rates
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
    """What a night's scores are made with; marks: data_as_of and is_stale. order_values: mean per currency. rates: of
    currencies. changes: what control groups tell by groups of alike customers; None without any."""

    night: date
    offers: Sequence[Offer]
    past: Sequence[Past]
    order_values: Mapping[str, float]
    rates: Rates
    marks: Mapping[str, Any]
    model: Model | None = None
    changes: Changes | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Standing:
    """Of n customers: (n,) what an order of each is worth; where control groups tell, the groups they are of, and how
    much of a response the contact brought. currency: of amounts."""

    currency: pa.Array
    worth: Numbers
    seen: Seen | None = None
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


def order_value(customers: pa.Table, currency: pa.Array, means: Mapping[str, float]) -> Numbers:
    """(n,) what an order of hers is worth, leaning on the mean of all in that currency; NaN without a currency."""
    mean = np.array([means.get(one, np.nan) if one else np.nan for one in currency.to_pylist()], float)
    orders = customers["paid_orders_count"].to_numpy().astype(np.float64)
    return np.asarray((customers["value_amount"].to_numpy() + LEANS_ON * mean) / (orders + LEANS_ON))


def _standing(customers: pa.Table, evening: Evening) -> Standing:
    """What holds of a batch of customers whatever is offered to them."""
    currency = evening.rates.filled(customers["currency"]).combine_chunks()
    if evening.changes is None:
        return Standing(currency, order_value(customers, currency, evening.order_values))
    seen = evening.changes.alike.seen(customers)
    return Standing(currency, seen.worth, seen, evening.changes.incremental_share(evening.past))


def _of_offer(customers: pa.Table, offer: Offer, evening: Evening, standing: Standing) -> dict[str, pa.Array]:
    count = customers.num_rows
    known = rate(evening.past, offer, evening.night)
    made: dict[str, Any] = {"probability": np.full(count, np.nan if known.share is None else known.share)}
    made |= {"source": f"{known.source}{evening.doubt}", "effect": None, "share": 1.0}
    if evening.model:
        made |= _modelled(customers, offer, evening, evening.model)
    if standing.incremental_share is not None:
        made["share"] = standing.incremental_share
    brought = made["probability"] * made["share"] if made["effect"] is None else made["effect"][0]
    made["value"] = brought * standing.worth
    if evening.changes and standing.seen and made["effect"] is None:
        made |= _changed(standing.seen, offer, evening.changes, made, known.share)
    return {
        "customer_id": customers["customer_id"].combine_chunks(),
        "response_probability": _floats(made["probability"]),
        **_effect(made["effect"], count),
        "value_amount": _money(made["value"]),
        "currency": standing.currency,
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


def _changed(
    seen: Seen, offer: Offer, changes: Changes, made: Mapping[str, Any], usual: float | None
) -> dict[str, Any]:
    """What control groups tell of the offer. Of whom no order is known they tell nothing: orders of hers, if any, come
    under accounts that nobody joins. A contact with her is worth what it gained of others on average, as much more as
    she is likelier to respond than they did (`usual`)."""
    told = changes.said(offer, seen.groups)
    if told is None:
        return {}
    effect = tuple(np.where(seen.has_ordered, each, np.nan) for each in told)
    readier = made["probability"] / usual if usual else np.ones(len(seen.worth))
    gain = changes.gains[offer.type_code or offer.code] * np.nan_to_num(readier, nan=1.0)
    value = np.where(seen.has_ordered, changes.gained(offer, seen), gain)
    return {"effect": effect, "value": value, "source": f"{made['source']}; {SOURCE}"}


def _effect(effect: tuple[Numbers, Numbers, Numbers] | None, count: int) -> dict[str, pa.Array]:
    names = ("uplift_probability", "uplift_low_probability", "uplift_high_probability")
    told = effect or (np.full(count, np.nan),) * 3
    code = pa.array(np.where(np.isfinite(told[0]), "uplift", "affinity"))
    return {"effect_code": code, **{name: _floats(one) for name, one in zip(names, told, strict=True)}}


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
