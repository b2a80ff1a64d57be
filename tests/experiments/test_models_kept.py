"""Every candidate can be saved and read again with trusted types alone; parametric models are numbers in JSON."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io

from mining_tasks.experiments import champion, log, store
from mining_tasks.experiments.calibration import Recalibration
from mining_tasks.experiments.candidates import CANDIDATES, Candidate, scored, trained
from mining_tasks.experiments.contributions import contributions
from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.layout import WrongColumns, layout
from mining_tasks.experiments.learners import Scorer
from mining_tasks.experiments.load import PARAMETERS_FILE, TRUSTED, Unloadable, loaded
from mining_tasks.experiments.load import trained as logged
from mining_tasks.experiments.scorer_card import Taught, taught
from mining_tasks.experiments.strange import usual
from mining_tasks.warehouse.home import Home

NIGHT = date(2018, 1, 1)
PARAMETERS = {"r": 0.2425, "alpha": 4.4135, "a": 0.7929, "b": 2.4258, "unit": "weeks"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("shop") / "home"
        for name in ("MLFLOW_TRACKING_URI", "GOLDSEAM_LEDGER_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("GOLDSEAM_HOME", str(path))
        path.mkdir()
        yield Home(path)


def drawn(rows: int = 1_500) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(6)
    numbers = chance.normal(size=(rows, 4))
    numbers[:, 3] = numbers[:, 3] > 0
    numbers[chance.random(rows) < 0.1, 1] = np.nan
    return numbers, (chance.random(rows) < 1 / (1 + np.exp(-numbers[:, 0]))).astype(float)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.name)
def test_a_candidate_comes_back_with_the_same_scores_and_reasons(candidate: Candidate):
    numbers, label = drawn()
    made = trained(candidate, numbers, label)
    content = skops.io.dumps(made)
    assert set(skops.io.get_untrusted_types(data=content)) <= set(TRUSTED)
    again = loaded(content)
    assert (scored(again, numbers) == scored(made, numbers)).all()
    assert np.allclose(contributions(again, numbers[:50]), contributions(made, numbers[:50]))


def test_a_net_keeps_no_optimizer():
    numbers, label = drawn()
    net = trained(next(each for each in CANDIDATES if each.name == "neural net"), numbers, label).steps[-1][1]
    assert not hasattr(net, "_optimizer")
    assert "sklearn.neural_network._stochastic_optimizers.AdamOptimizer" not in TRUSTED


def test_a_learned_score_comes_back_by_its_id_with_all_it_needs(shared: Home):
    numbers, label = drawn()
    table = pa.table({name: numbers[:, place] for place, name in enumerate(("silence_days", "stars_mean", "share"))})
    table = table.append_column("tenure_code", pa.array(np.where(label > 0, "new", "old")))
    columns = layout(table, ["silence_days", "stars_mean", "share", "tenure_code"])
    estimator = trained(CANDIDATES[0], columns.matrix(table), label)
    scorer = Scorer(estimator, columns.names, Recalibration("platt", (0.9,), (0.1,)))
    made = Taught(columns, scorer, usual(columns, table))
    sample = pd.DataFrame(columns.matrix(table), columns=list(columns.names))
    with log.run("churn", NIGHT, "train") as run:
        kept = run.model("churn 2018-01-01", estimator, sample, made.card())
    again = taught(logged(kept.model_id))
    assert (again.layout, again.usual) == (made.layout, made.usual)
    mixed = table.select(list(reversed(table.column_names)))
    assert (again.probability(mixed) == made.probability(table)).all()
    with pytest.raises(WrongColumns, match="share is missing"):
        again.probability(table.drop_columns(["share"]))
    moved = table.set_column(0, "silence_days", pa.array(numbers[:, 0] + 2))
    assert again.strange(moved).withheld
    assert again.strange(table) == type(again.strange(table))()
    with pytest.raises(Unloadable, match="does not tell its columns"):
        taught(replace(kept, card={name: value for name, value in kept.card.items() if name != "names"}))


def test_parameters_are_kept_as_numbers_and_serve_as_champion(shared: Home):
    with log.run("lifetime_value", NIGHT, "train") as run:
        made = run.parametric("BG/NBD 2018-01-01", PARAMETERS, {"night": "2018-01-01"})
    again = logged(made.model_id)
    assert again == made
    assert again.parameters() == PARAMETERS
    assert champion.decide("lifetime_value", NIGHT, Verdict("go", ("it held",)), made) == "go"
    serving = champion.in_force("lifetime_value", NIGHT)
    assert serving is not None
    assert serving.parameters() == PARAMETERS
    version = store.client().get_model_version_by_alias("lifetime_value", "champion")
    assert version.tags["model"] == "BG/NBD 2018-01-01"
    with pytest.raises(Unloadable):
        made.estimator()


def test_a_changed_byte_is_refused(shared: Home):
    with log.run("lifetime_value", NIGHT, "train") as run:
        made = run.parametric("BG/NBD", PARAMETERS, {})
    file = shared.path / made.location / PARAMETERS_FILE
    file.write_text(file.read_text().replace("4.4135", "4.4136"))
    with pytest.raises(Unloadable, match="not the one that was saved"):
        made.parameters()


def test_numbers_that_are_none_are_not_kept(shared: Home):
    with pytest.raises(ValueError, match="JSON"), log.run("lifetime_value", NIGHT, "train") as run:
        run.parametric("BG/NBD", {"r": float("nan")}, {})
