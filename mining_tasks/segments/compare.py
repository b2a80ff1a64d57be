"""Challenger against champion on the same customers of the same night, and the rules for both."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from sklearn.metrics import adjusted_rand_score

from mining_tasks.experiments.judge import Rule, at_least, at_most
from mining_tasks.segments import choose

WORDS = {
    "stability_ari_mean": "mean agreement of bootstrap refits (ARI)",
    "stability_ari_min": "lowest agreement of bootstrap refits (ARI)",
    "separation_silhouette": "separation (silhouette)",
    "smallest_share": "share of the smallest segment",
    "relabelled_share": "share of buyers whom the new model alone would move",
    "champion_ari": "agreement with the champion (ARI)",
    "share_shift": "largest change of a segment's share",
    "alike_moved_share": "share of customers who did nothing new and yet move",
}
PSI_FLOOR = 1e-4  # an empty group would make the index infinite


@dataclass(frozen=True)
class Limits:
    """What the judge asks for; `[segments.limits]` in objectives.toml may say otherwise, name by name."""

    stability_ari_mean: float = choose.ARI_MEAN
    stability_ari_min: float = choose.ARI_MIN
    separation_silhouette: float = (
        0.2  # dense retail data reach 0.25 to 0.4; below 0.2 segments are cut through a cloud
    )
    smallest_share: float = choose.SHARE_LEAST
    relabelled_share: float = 0.05  # customers whose label would change by the new model alone
    champion_ari: float = 0.8
    share_shift: float = 0.10  # points by which any segment may grow or shrink through the swap
    refit_nights: int = 7
    segments_most: int = choose.MOST  # a shop may want fewer than are stable
    drift_psi: float = 0.10  # the usual first warning level of the population stability index

    @property
    def asked(self) -> choose.Asked:
        """What the choice of k looks at: a k that the judge would refuse is never taken while another holds."""
        return choose.Asked(self.segments_most, self.stability_ari_mean, self.stability_ari_min, self.smallest_share)


def limits(said: Mapping[str, float]) -> Limits:
    """The limits with those of a shop's own; raises ValueError for names that mean nothing."""
    strange = set(said) - {item.name for item in fields(Limits)}
    if strange:
        raise ValueError(f"objectives.toml [segments.limits]: no such limit: {', '.join(sorted(strange))}")
    made = Limits(**said)  # type: ignore[arg-type]
    if not choose.LEAST <= made.segments_most <= choose.MOST:
        raise ValueError(
            f"objectives.toml [segments.limits]: segments_most lies between {choose.LEAST} and {choose.MOST}"
        )
    return made


@dataclass(frozen=True)
class Served:
    """The segment ids that champion and challenger give tonight's buyers, and all ids the champion has."""

    champion: np.ndarray
    challenger: np.ndarray
    ids: tuple[str, ...]

    def fits(self, limit: Limits) -> bool:
        """Whether the champion still describes tonight's buyers: none of its segments has run half empty.

        One that does not must not block its successor for ever.
        """
        now = shares(self.champion)
        return min(now.get(name, 0.0) for name in self.ids) >= limit.smallest_share / 2


def absolute(figures: Mapping[str, float], limit: Limits) -> list[Rule]:
    """What every model must reach by itself."""
    names = ("stability_ari_mean", "stability_ari_min", "separation_silhouette", "smallest_share")
    return [at_least(name, figures.get(name), getattr(limit, name), WORDS[name]) for name in names]


def relative(served: Served, limit: Limits) -> list[Rule]:
    """What a challenger must keep of the champion on the same buyers of the same night."""
    old, new = served.champion, served.challenger
    moved = shift(shares(old), shares(new))
    return [
        most("relabelled_share", float((old != new).mean()), limit.relabelled_share),
        at_least("champion_ari", float(adjusted_rand_score(old, new)), limit.champion_ari, WORDS["champion_ari"]),
        most("share_shift", moved, limit.share_shift),
    ]


def most(figure: str, found: float, limit: float) -> Rule:
    """A figure of ours that must not exceed a limit, with its words."""
    return at_most(figure, found, limit, WORDS[figure])


def shares(ids: np.ndarray) -> dict[str, float]:
    """Share of customers by segment id."""
    names, counts = np.unique(ids.astype(str), return_counts=True)
    return {str(name): float(number / len(ids)) for name, number in zip(names, counts, strict=True)}


def shift(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """The largest change of any segment's share."""
    return max((abs(before.get(name, 0.0) - now.get(name, 0.0)) for name in {*before, *now}), default=0.0)


def psi(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Population stability index between two sets of shares; 0 if they are the same, 0.25 is a new population."""
    names = sorted({*before, *now})
    old = np.array([max(before.get(name, 0.0), PSI_FLOOR) for name in names])
    new = np.array([max(now.get(name, 0.0), PSI_FLOOR) for name in names])
    return float(((new - old) * np.log(new / old)).sum())
