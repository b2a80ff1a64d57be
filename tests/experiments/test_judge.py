"""The judge is plain: every rule must hold, what is not known does not, and every refusal says why."""

import json

import numpy as np
import pytest

from mining_tasks.experiments.judge import at_least, at_most, held, judged


def test_a_rule_about_numpys_numbers_can_be_written_as_json():
    rules = [at_least("a", np.float64(2), np.float64(1)), at_most("b", np.float64(2), np.float64(1))]
    assert json.loads(json.dumps([[rule.found, rule.holds] for rule in rules])) == [[2.0, True], [2.0, False]]


def test_all_rules_hold_and_the_verdict_is_go():
    said = judged([at_least("ari", 0.8, 0.8), at_most("shift", 0.1, 0.1)], "the old one serves")
    assert said.decision == "go"
    assert said.figures == {"ari": 0.8, "shift": 0.1}


def test_one_broken_rule_is_a_no_go_that_names_it_and_what_serves_instead():
    said = judged([at_least("ari", 0.79, 0.8, "agreement"), at_most("shift", 0.05, 0.1)], "the old one serves")
    assert said.decision == "no-go"
    assert said.reasons == ("agreement is 0.79, asked for at least 0.8", "the old one serves")


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf"), float("-inf")])
def test_a_figure_that_is_not_known_breaks_its_rule_both_ways(unknown: float | None):
    for rule in (at_least("ari", unknown, 0.0), at_most("shift", unknown, 1.0)):
        assert not rule.holds
        assert "not known" in rule.sentence()


def test_nothing_checked_is_nothing_proved():
    with pytest.raises(ValueError, match="at least one rule"):
        judged([], "the old one serves")


def test_a_hold_keeps_its_reasons_and_figures():
    assert held(["not due"], {"psi": 0.01}).decision == "hold"
