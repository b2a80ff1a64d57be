"""Every learner that stands for choice can be saved, read back by our own list of types, and says the same."""

import numpy as np
import pytest
import skops.io

from mining_tasks.experiments.candidates import CANDIDATES, Candidate, scored, trained
from mining_tasks.experiments.load import loaded


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
