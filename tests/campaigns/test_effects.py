"""The uplift of a kind of offer: found where it is, judged on a later campaign, refused without chance."""

from datetime import date
from functools import cache

import numpy as np

from mining_tasks.campaigns import effects
from mining_tasks.campaigns.effects import Learnt, Told
from mining_tasks.campaigns.learners import Trial
from mining_tasks.campaigns.uplift import NoUplift
from tests.campaigns.planted import Planted, planted

NIGHT = date(2018, 1, 1)


@cache
def campaigns(strength: float = 1.5) -> tuple[Planted, Planted]:
    return planted(4000, 1, strength), planted(4000, 2, strength)


def together(parts: tuple[Planted, ...]) -> Told:
    trials = [part.trial for part in parts]
    columns = (np.concatenate([getattr(one, name) for one in trials]) for name in Trial.__dataclass_fields__)
    trial = Trial(*columns)
    halves = np.column_stack([trial.features[:, 0] > 0, trial.features[:, 0] <= 0]).astype(float)
    campaign = np.repeat(np.array([f"{n}" for n in range(len(parts))], object), 4000)
    return Told(trial, campaign, np.arange(len(campaign)), lambda: halves)


def test_the_uplift_is_learnt_from_earlier_and_judged_on_the_latest_campaign():
    found = effects.learnt("voucher", together(campaigns()), must_tell=True)
    assert isinstance(found, Learnt)
    assert found.is_later
    assert found.ranking.qini.is_above_zero
    features, truth = campaigns()[1].trial.features, campaigns()[1].uplift
    assert found.teller is not None
    uplift, low, high = effects.predicted(found.facts(), found.teller.model, features)
    assert np.corrcoef(uplift, truth)[0, 1] > 0.7
    assert abs(uplift.mean() - truth.mean()) < 0.05
    assert found.average.low < truth.mean() < found.average.high
    assert (low <= uplift).all()
    assert (uplift <= high).all()


def test_where_a_contact_changes_nobody_everybody_gets_nearly_the_average():
    found = effects.learnt("voucher", together(campaigns(0.0)), must_tell=True)
    assert isinstance(found, Learnt)
    assert found.teller is not None
    uplift, _, _ = effects.predicted(found.facts(), found.teller.model, campaigns(0.0)[0].trial.features)
    assert uplift.std() < 0.02
    assert abs(uplift.mean()) < 0.04


def test_a_campaign_whose_control_group_was_chosen_is_left_out_and_alone_it_is_refused():
    fair, unfair = campaigns()
    chosen = unfair.trial.features[:, 0] > 0
    biased = Planted(Trial(unfair.trial.features, chosen, unfair.trial.outcome, unfair.trial.propensity), unfair.uplift)
    found = effects.learnt("voucher", together((fair, biased)))
    assert isinstance(found, Learnt)
    assert found.campaigns == ("0",)
    refused = effects.learnt("voucher", together((biased,)))
    assert isinstance(refused, NoUplift)
    assert (refused.word, "random" in refused.reason) == ("affinity", True)


def test_averages_lean_on_each_other_the_more_the_less_sure_they_are():
    sure = effects.learnt("a", together(campaigns()))
    few = together((planted(4000, 3, 0.0),)).of(np.arange(4000) < 900)
    unsure = effects.learnt("b", few)
    assert isinstance(sure, Learnt)
    assert isinstance(unsure, Learnt)
    leant = effects.leaning({"a": sure, "b": unsure})
    moved = {kind: abs(leant[kind].average.found - one.average.found) for kind, one in (("a", sure), ("b", unsure))}
    assert moved["a"] <= moved["b"]
    assert effects.leaning({"a": sure}) == {"a": sure}
