"""Every customer has a probability and a word on how it was made: a model's, else a rule's, else that of silence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.churn import by_silence, words
from mining_tasks.churn.features import described, numbers
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.horizon import Horizons
from mining_tasks.churn.model import Model
from mining_tasks.churn.past import silence
from mining_tasks.churn.rules import Rules, of_strangers

BATCH_ROWS = 50_000
RULE = "rule: "
SILENCE = f"{RULE}how long others stayed silent and came back"
NEVER_ORDERED = f"{RULE}those who had not ordered either"
TOO_YOUNG = "none: too little was seen of this shop for any rule"


class StrangeFeatures(ValueError):
    """Tonight's customers look so unlike any that even the rule may not speak: last night's scores stay."""


@dataclass(frozen=True)
class Voice:
    """What speaks tonight: a model or none, its definition and rules, and why the model may not speak, if so."""

    by: Horizons
    rules: Rules
    model: Model | None = None
    withheld: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The `score_source` of customers with an order."""
        if self.model is not None and not self.withheld:
            return self.model.name
        said = f"{RULE}{self.rules.recency.measure}" if self.rules.recency else SILENCE
        return f"{said}; {self.model.name} is withheld" if self.model else said


def of_model(model: Model, sample: pa.Table) -> Voice:
    """The voice of a champion; its rule's, where a sample of tonight's facts looks unlike what it was taught.

    Raises `StrangeFeatures` if what the rule looks at is strange too.
    """
    voice = Voice(model.by, model.rules, model)
    buyers = sample.filter(pc.greater(sample["orders_count"], 0))
    found = model.strange(model.features(buyers)).withheld
    touched = [said for said in found if any(name in said for name in ("recency_", "gap_mean_days", "horizon_days"))]
    if touched:
        raise StrangeFeatures(f"{'; '.join(touched)}: not even the rule may speak; last night's scores stay")
    return replace(voice, withheld=found)


def stream(
    batches: pa.RecordBatchReader, voice: Voice, marks: Mapping[str, date | bool]
) -> pa.RecordBatchReader:
    """`scored` of batches of facts one at a time, in their order; any number of customers."""
    schema = scored(batches.schema.empty_table(), voice, marks).schema

    def each() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from scored(pa.Table.from_batches([batch]), voice, marks).to_batches()

    return pa.RecordBatchReader.from_batches(schema, each())


def scored(facts: pa.Table, voice: Voice, marks: Mapping[str, date | bool]) -> pa.Table:
    """The rows of `pub_churn__customers` for some customers' facts. marks: night, data_as_of, is_stale."""
    is_buyer = np.asarray(pc.greater(facts["orders_count"], 0).to_numpy(), bool)
    buyers = facts.filter(pa.array(is_buyer))
    probability = np.full(facts.num_rows, np.nan)
    probability[is_buyer], reasons = _of_buyers(buyers, voice)
    probability[~is_buyer] = of_strangers(voice.rules, facts.filter(pa.array(~is_buyer))["account_age_code"])
    pace, recency = numbers(facts["gap_mean_days"]), numbers(facts["recency_days"])
    horizon = voice.by.days(pace)
    sources = np.where(is_buyer, voice.source, NEVER_ORDERED)
    due = np.datetime64(marks["night"]) + horizon.astype("timedelta64[D]")
    told = np.full(facts.num_rows, words.NEVER_ORDERED, dtype=object)
    told[is_buyer] = reasons
    sentences = pa.array([words.definition(group) for group in voice.by.groups])
    return pa.table(
        {
            "customer_id": facts["customer_id"],
            "churn_probability": pa.array(probability, mask=np.isnan(probability)),
            "horizon_days": pa.array(horizon.astype(np.float64)),
            "due_date": pa.array(due.astype("datetime64[D]")),
            "definition": sentences.take(pa.array(voice.by.places(pace))),
            "is_silent": pa.array(is_buyer & (np.nan_to_num(recency, nan=-1.0) >= horizon)),
            "reasons": pa.array(told.tolist(), pa.string()),
            "score_source": pa.array(np.where(np.isnan(probability), TOO_YOUNG, sources).tolist(), pa.string()),
            **{name: pa.repeat(pa.scalar(value), facts.num_rows) for name, value in marks.items()},
        }
    )


def _of_buyers(facts: pa.Table, voice: Voice) -> tuple[Numbers, list[str]]:
    """Probability and reasons of customers with an order."""
    told = words.of_silence(facts, voice.by)
    if voice.model is not None and not voice.withheld:
        features = voice.model.features(facts)
        return voice.model.probability(features), words.of_model(voice.model, features, told)
    if voice.rules.recency is not None:
        return voice.rules.recency.probability(silence(facts)), told
    recency = numbers(facts["recency_days"]).astype(np.int64)
    return by_silence.probability(voice.by, recency, numbers(facts["gap_mean_days"])), told
