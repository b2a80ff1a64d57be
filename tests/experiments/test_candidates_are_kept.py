"""Every learner that stands for choice can be saved, read back by our own list of types, and says the same."""

import numpy as np
import pytest
import skops.io

from mining_tasks.experiments.candidates import CANDIDATES, Candidate, scored, trained
from mining_tasks.experiments.learners import compared, folds_of, out_of_fold
from mining_tasks.experiments.load import loaded
from mining_tasks.experiments.sufficiency import Examples

VOTE = next(each for each in CANDIDATES if each.parts)
PARTS = VOTE.parts


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda each: each.name)
def test_a_learner_read_back_says_what_it_said(candidate: Candidate):
    chance = np.random.default_rng(5)
    numbers = chance.normal(size=(1_500, 4))
    numbers[:, 3] = numbers[:, 3] > 0
    numbers[::9, 0] = np.nan
    fitted = trained(candidate, numbers, (numbers[:, 1] + chance.normal(size=1_500) > 0).astype(float))
    again = loaded(skops.io.dumps(fitted))
    assert np.array_equal(scored(again, numbers), scored(fitted, numbers))
    assert np.ptp(scored(again, numbers)) > 0.2


def test_the_mean_of_two_learners_is_what_their_vote_says():
    chance = np.random.default_rng(6)
    numbers = chance.normal(size=(1_200, 3))
    rows = Examples(numbers, ("a", "b", "c"), (numbers[:, 0] + chance.normal(size=1_200) > 0).astype(float))
    folds = folds_of(rows)
    said = {each.name: out_of_fold(each, rows, folds) for each in CANDIDATES if each.parts or each.name in PARTS}
    assert len(said) == 3
    assert np.allclose(said[VOTE.name], np.mean([said[name] for name in PARTS], axis=0))
    assert compared(rows, candidates=[each for each in CANDIDATES if each.name in said]).results
