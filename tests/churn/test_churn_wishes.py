"""What a shop may ask of its churn scores, and what it is told when it asks for what means nothing."""

import tomllib
from importlib.resources import files

import pytest

from mining_tasks.churn.wishes import LEARNERS, wishes


def test_a_shop_that_says_nothing_gets_the_standard():
    said = wishes({})
    assert said.learners == LEARNERS
    assert (said.asked.limit, said.patience.refit_nights, said.limits.calibration_error_most) == (0.2, 7, 0.05)


def test_a_shop_may_fix_its_horizon_keep_models_longer_and_choose_learners():
    asked = {"learners": ["decision tree"], "definition": {"fixed_days": 60}, "limits": {"refit_nights": 14}}
    said = wishes(asked | {"goal": "…"})
    assert [each.name for each in said.learners] == ["decision tree"]
    assert said.asked.fixed_days == 60
    assert said.patience.refit_nights == 14


def test_all_that_means_nothing_is_told_at_once():
    asked = {"learners": ["oracle"], "definition": {"limits": 1}, "limits": {"refit_nights": "seven"}}
    with pytest.raises(ValueError, match=r"no such setting: limits.*refit_nights is a number.*no such learner: oracle"):
        wishes(asked)
    with pytest.raises(ValueError, match="between 0 and 1"):
        wishes({"definition": {"limit": 20}})
    with pytest.raises(ValueError, match="days are at least 1"):
        wishes({"definition": {"shortest_days": 90, "longest_days": 30}})


def test_the_committed_objectives_mean_something():
    text = files("mining_tasks").joinpath("template/objectives.toml").read_text(encoding="utf-8")
    assert wishes(tomllib.loads(text)["churn"]) == wishes({})
    spoken = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    said = tomllib.loads(spoken[spoken.index("[churn.definition]") :])["churn"]
    assert len(said["definition"]) == 6
    assert wishes(said).asked.fixed_days == 90
