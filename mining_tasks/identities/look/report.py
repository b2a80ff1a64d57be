"""Report: what a person finds in MLflow about a night's links."""

from collections.abc import Sequence

from mining_tasks.experiments.log import Run
from mining_tasks.identities.look import picture, plots
from mining_tasks.identities.look.figures import Figures
from mining_tasks.warehouse.shelf import Partition

EXAMPLES = {
    "typical": "A typical pair by likeness",
    "just_above": "The pair by likeness with the least evidence that is enough",
    "just_below": "The pair by likeness that came nearest",
}


def night(run: Run, reads: Sequence[Partition], told: Figures) -> None:
    """Log one night: where it came from, its numbers, curve, parameters and pictures. No account is named."""
    run.facts(reads)
    run.metrics(told.numbers)
    trained = told.curve["trained_date"].to_pylist()[:1]
    run.params({"trained_date": trained[0] if trained else "not trained yet"})
    run.table("curve", told.curve)
    run.table("parameters", told.parameters)
    run.figure("sizes", plots.sizes(told.sizes))
    if told.curve.num_rows:
        run.figure("curve", plots.curve(told.curve))
    for name, title in EXAMPLES.items():
        if weights := told.examples.get(name):
            run.figure(f"pair_{name}", picture.waterfall(weights, title, told.numbers.get("threshold_bits")))
