"""What a person finds in MLflow about a night's segments: parameters, figures, plots."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mining_tasks.experiments.load import Trained
from mining_tasks.experiments.log import Run
from mining_tasks.segments import choose, model, plots
from mining_tasks.segments.challenger import Buyers
from mining_tasks.segments.features import FEATURES
from mining_tasks.segments.identity import NO_ORDERS_ID
from mining_tasks.segments.model import Segmentation


def challenger(run: Run, made: Segmentation, buyers: Buyers, figures: Mapping[str, float]) -> Trained:
    """Log a challenger with how it was found; returns what was trained."""
    card = made.card
    run.params({"k": card["k"], "features": ", ".join(FEATURES), "is_warm_start": card["is_warm"]})
    run.params({"starts": model.STARTS, "sample_most": model.SAMPLE_MOST, "seed": model.SEED, "draws": choose.DRAWS})
    run.metrics({**card["figures"], **figures, "k": float(card["k"])})
    run.figure("choice_of_k", plots.choice(card["curve"], card["k"], card["asked"]))
    run.figure("centres", plots.centres(made))
    run.figure("map", plots.chart(made, buyers.numbers))
    sample = pd.DataFrame(buyers.numbers[:1000], columns=list(FEATURES))
    return run.model(card["name"], made.pipeline, sample, card)


def night(run: Run, told: Sequence[Mapping[str, Any]], moved: Sequence[Mapping[str, Any]]) -> None:
    """Log what was assigned tonight: sizes, moves and the personas' words."""
    stayed = [row for row in moved if row["from_segment_id"] != "s_none" and row["to_segment_id"] != "s_none"]
    both = sum(row["customers_count"] for row in stayed)
    away = [row for row in stayed if row["from_segment_id"] != row["to_segment_id"]]
    sources = {row["score_source"] for row in told if row["segment_id"] != NO_ORDERS_ID}
    run.params({"score_source": ", ".join(sorted(sources)) or "nobody bought"})
    run.metrics({"customers_count": float(sum(row["customers_count"] for row in told))})
    run.metrics({f"share_{row['segment_id']}": row["customers_share"] for row in told})
    if both:
        run.metrics({"moved_share": sum(row["customers_count"] for row in away) / both})
        run.metrics({"alike_moved_share": sum(row["behaved_alike_count"] for row in away) / both})
        run.figure("moves", plots.transitions(moved))
    run.figure("sizes", plots.sizes(told))
    run.text("personas.json", {row["segment_id"]: row["story"] for row in told})
