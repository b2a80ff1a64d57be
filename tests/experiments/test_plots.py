"""The page of a trial can be drawn whatever came of it, and shows who was harmed and which rule decided."""

from datetime import date

import numpy as np
import pytest

from mining_tasks.experiments import log, store
from mining_tasks.experiments.holdout import AMOUNT, Contestant, Holdout, Limits
from mining_tasks.experiments.plots import page, report, spread
from mining_tasks.experiments.trial import Trial, tried

ROWS = 2_000


def trial(limit: Limits = Limits(), rows: int = ROWS) -> Trial:  # noqa: B008  (frozen)
    chance = np.random.default_rng(1)
    right = 1 / (1 + np.exp(-chance.normal(size=rows)))
    label = (chance.random(rows) < right).astype(float)
    country = np.where(np.arange(rows) % 3 == 0, "FR", "DE")
    harmed = np.where(country == "FR", 1 - right, right)
    rate = Contestant("rate", np.full(rows, 0.5))
    holdout = Holdout(label, np.arange(rows), {"country_code": country})
    return tried(holdout, rate, Contestant("old", np.full(rows, 0.49)), Contestant("new", harmed), limit)


def texts(figure) -> str:
    return "\n".join(text.get_text() for axes in figure.axes for text in [*axes.texts, *axes.get_yticklabels()])


def test_the_page_names_the_harmed_group_and_the_broken_rule():
    shown = texts(page(trial()))
    assert "country_code = FR" in shown
    assert "✗ number of groups made worse" in shown
    assert "✓ number of rows in the holdout is 2000" in shown


@pytest.mark.parametrize("limit", [Limits(), AMOUNT])
@pytest.mark.parametrize("rows", [0, 5, ROWS])
def test_a_page_can_be_drawn_of_any_trial(limit, rows, tmp_path):
    figure = page(trial(limit, rows), limit.measure)
    figure.savefig(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000
    assert ("not enough to tell" in texts(figure)) == (rows < ROWS)


def test_a_trial_is_logged_whole(shop_home):
    with log.run("churn", date(2018, 1, 1), "judge") as run:
        report(run, trial())
    seen = store.client().get_run(run.run_id)
    assert seen.data.metrics["groups_worse_count"] == 1
    kept = {file.name for file in (shop_home.mlflow / "artifacts" / "churn").rglob("*") if file.is_file()}
    assert {"trial.png", "trial.json", "groups.csv", "deciles.csv"} <= kept


def test_scores_can_be_shown_with_gaps():
    assert spread(np.array([0.1, np.nan, 0.4])).axes
