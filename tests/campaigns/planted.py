"""Campaigns whose truth we chose: what every customer would do with and without a contact."""

from dataclasses import dataclass

import numpy as np

from mining_tasks.campaigns.learners import Trial


@dataclass(frozen=True)
class Planted:
    """A trial and the true uplift (n,) of each customer in it."""

    trial: Trial
    uplift: np.ndarray


def planted(customers: int, seed: int, strength: float = 1.0, amounts: bool = False, share: float = 0.5) -> Planted:
    """Those with a high first feature are won by a contact, those with a low one are put off; the second feature
    tells who buys anyhow. strength 0: the campaign changes nobody."""
    dice = np.random.default_rng(seed)
    features = dice.normal(size=(customers, 4))
    anyhow = 1 / (1 + np.exp(1.2 - 0.8 * features[:, 1]))
    with_it = 1 / (1 + np.exp(1.2 - 0.8 * features[:, 1] - strength * (1.2 * features[:, 0] + 0.3)))
    contacted = dice.random(customers) < share
    chance = np.where(contacted, with_it, anyhow)
    outcome = 20 * chance + dice.normal(0, 5, customers) if amounts else (dice.random(customers) < chance).astype(float)
    uplift = (with_it - anyhow) * (20 if amounts else 1)
    return Planted(Trial(features, contacted, outcome, np.full(customers, share)), uplift)
