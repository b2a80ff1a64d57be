"""A learner chosen on the windows it learned in knows their season; is it still better in a later one?

Folds share the days that were looked at, so whatever was peculiar to those weeks helps to foretell other customers of
the same weeks, and so does a recalibration. Kinds of customers learn no label and know no such thing. So what was
chosen is tried once more ahead in time: taught on the days whose answers were all known by the last one, asked about
that one. Where kinds of customers alone, as they are or levelled by the labels, are as good as the best, they are
taken.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mining_tasks.churn.alike import ALIKE, LEVELLED, is_last
from mining_tasks.churn.gaps import Numbers
from mining_tasks.churn.past import Past
from mining_tasks.experiments.calibration import Recalibration, losses
from mining_tasks.experiments.candidates import Candidate
from mining_tasks.experiments.learners import Comparison, learned
from mining_tasks.experiments.sufficiency import Examples, enough

PLAIN = (ALIKE, LEVELLED)
ROWS = 400  # of the last day; fewer decide nothing
NEAR = 0.02  # of the least log-loss: one later window tells no smaller difference (planted shops: ± 1.2 %)


def decided(found: Comparison, candidates: Sequence[Candidate], rows: Past, examples: Examples) -> Comparison:
    """The comparison with its choice, or with kinds of customers in its place. examples: of the same rows."""
    is_plain = found.chosen == ALIKE.name and found.recalibration == Recalibration()
    if found.chosen is None or is_plain or ALIKE not in candidates:
        return found
    day = rows.facts["as_of_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    horizon = np.asarray(rows.features["horizon_days"].to_numpy(), np.int64)
    last, closed = day == day.max(initial=0), day + horizon <= day.max(initial=0)
    report = enough(examples.of(closed))
    if not report.holds or not is_last(report) or last.sum() < ROWS:
        return found
    plain = [replace(found, chosen=each.name, recalibration=Recalibration()) for each in PLAIN if each in candidates]
    tried = [*plain, *([found] if found.chosen not in [each.name for each in PLAIN] else [])]
    lost = [_losses(replace(each, sufficiency=report), candidates, examples, closed, last) for each in tried]
    best = lost[int(np.argmin([each.mean() for each in lost]))]
    gaps = [(float((each - best).mean()), float((each - best).std() / np.sqrt(last.sum()))) for each in lost]
    number = next(number for number, (gap, error) in enumerate(gaps) if gap <= max(error, NEAR * best.mean()))
    told = "; ".join(f"{each.chosen} {own.mean():.4f}" for each, own in zip(tried, lost, strict=True))
    return replace(tried[number], why=(*found.why, f"ahead in time {tried[number].chosen} is enough (log-loss {told})"))


def _losses(
    found: Comparison, candidates: Sequence[Candidate], examples: Examples, closed: Numbers, last: Numbers
) -> Numbers:
    scorer = learned(found, examples.of(closed), candidates)
    said = scorer.probability(examples.numbers[last], examples.names)
    return np.asarray(losses(examples.label[last], said))
