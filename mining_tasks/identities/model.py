"""The model of Fellegi and Sunter with kinships, trained without labels by expectation and maximisation.

Pairs come as counted patterns of levels. Strangers are held at their known number, all pairs there are, and at the
chance agreement of pairs drawn at random, so that a handful of true pairs among many is enough to learn from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from mining_tasks.identities.blocks import RULES
from mining_tasks.identities.kinships import CONTACT, KINSHIPS, SILO
from mining_tasks.identities.levels import COMMONNESS, COMPARISONS

Floats = NDArray[np.float64]
WHOSE = ("same", "own", "home", "firm", "family", "chance")
LIMITS = ("threshold_weight", "most_strange")
Shares = dict[tuple[str, str], Floats]
LEAST_ACCOUNTS = 10_000  # a smaller shop is taken for a sample of so many people
ENOUGH_PAIRS = 100  # when about so many are expected, what is usual counts half
USUAL_PAIRS = 20.0  # how many pairs the usual shares of levels weigh
FAMILY_PAIRS = 200.0  # how many pairs of a family chance weighs in how their given names agree
SAME_NAME = COMPARISONS[0].levels.index(COMMONNESS[0])  # from this level on given names are the same
ROUNDS = 200
SETTLED = 1e-4  # relative change of the pairs of every kinship at which training ends
CHANCE_LEFT = 0.02  # the least share of agreements by chance: not all that agree by chance are found to be one person
CONTACTS: dict[str, dict[str, tuple[float, ...]]] = {
    "email": {"home": (0.80, 0.02, 0.01, 0.10, 0.07), "firm": (0.45, 0.04, 0.01, 0.40, 0.10)},
    "phone": {"home": (0.70, 0.01, 0.02, 0.27), "firm": (0.45, 0.01, 0.02, 0.52)},
    "orders": {"home": (0.97, 0.03), "firm": (0.99, 0.01)},
    "loyalty": {"home": (0.60, 0.40), "firm": (0.99, 0.01)},
    "device": {"home": (0.70, 0.30), "firm": (0.95, 0.05)},
}


@dataclass(frozen=True)
class Patterns:
    """Counted pairs: `levels` (patterns × comparisons, -1 missing), `counts`, and `learns` (same shape as levels):
    where a rule that does not equate the field found the pair too, so that its level is no artefact of the rule."""

    levels: NDArray[np.int8]
    counts: Floats
    learns: NDArray[np.bool_]


@dataclass(frozen=True)
class Chance:
    """How strangers agree: of all `pairs` there are, for each comparison the number on each level; and how many pairs
    live in one street."""

    pairs: float
    levels: dict[str, Floats]
    in_one_street: float

    def sampled(self, share: float) -> "Chance":
        """The same of an even sample of all pairs."""
        levels = {name: pairs * share for name, pairs in self.levels.items()}
        return Chance(self.pairs * share, levels, self.in_one_street * share)


@dataclass
class Model:
    """`pairs` of each kinship, and for every comparison and whose it is the share of each level; the `largest` block of
    each blocking rule that is compared, the bits of evidence that a likely pair needs, and the most
    probability of strangers that it may have; and the bits that each kind of `company` adds."""

    pairs: Floats
    shares: Shares = field(default_factory=dict)
    largest: dict[str, int] = field(default_factory=dict)
    threshold_weight: float = 0.0
    most_strange: float = 1.0
    company: dict[str, float] = field(default_factory=dict)

    def rows(self) -> pa.Table:
        """The model as columns parameter_code and value."""
        told = {f"pairs.{kin.name}": pairs for kin, pairs in zip(KINSHIPS, self.pairs, strict=True)}
        for it in COMPARISONS:
            for whose in WHOSE:
                shares = zip(it.levels, self.shares.get((it.name, whose), ()), strict=False)
                told |= {f"share.{it.name}.{whose}.{level}": share for level, share in shares}
        told |= {f"largest_block.{name}": size for name, size in self.largest.items()}
        told |= {f"company.{code}": bits for code, bits in self.company.items()}
        told |= {f"limit.{name}": getattr(self, name) for name in LIMITS}
        return pa.table({"parameter_code": list(told), "value": pa.array(map(float, told.values()), pa.float64())})

    @classmethod
    def of(cls, rows: pa.Table) -> "Model":
        """The model that `rows` gave."""
        told = dict(zip(rows["parameter_code"].to_pylist(), rows["value"].to_pylist(), strict=True))
        shares = {
            (it.name, whose): np.array([told[f"share.{it.name}.{whose}.{level}"] for level in it.levels])
            for it in COMPARISONS
            for whose in WHOSE
            if f"share.{it.name}.{whose}.{it.levels[0]}" in told
        }
        largest = {name: int(size) for name, size in _under(told, "largest_block").items()}
        pairs = np.array([told[f"pairs.{kin.name}"] for kin in KINSHIPS])
        limits = {name: told[f"limit.{name}"] for name in LIMITS}
        return cls(pairs, shares, largest, company=_under(told, "company"), **limits)

    @classmethod
    def is_told(cls, rows: pa.Table) -> bool:
        """Whether `rows` tell all that is compared today, and of all blocks: those of an older version may not."""
        told = {tuple(code.split(".")[:2]) for code in rows["parameter_code"].to_pylist()}
        return told >= {("share", it.name) for it in COMPARISONS} | {("largest_block", rule.code) for rule in RULES}

    def log_pairs(self, levels: NDArray[np.int8]) -> Floats:
        """For patterns × kinships the logarithm of the expected number of pairs."""
        return np.log(self.pairs) + sum(self.log_shares(levels[:, place], place) for place in range(len(COMPARISONS)))

    def log_shares(self, levels: NDArray[np.int8], place: int) -> Floats:
        """For the levels of one comparison (patterns × kinships) the logarithm of their shares; 0 where missing."""
        name = COMPARISONS[place].name
        table = np.array([np.append(np.log(self.shares[name, kin.speaks(name)]), 0.0) for kin in KINSHIPS])
        return np.asarray(table[:, levels].T)

    def memberships(self, levels: NDArray[np.int8]) -> Floats:
        """For patterns × kinships the probability that such a pair is of that kinship."""
        return _normalised(self.log_pairs(levels))


def _under(told: Mapping[str, float], kind: str) -> dict[str, float]:
    """The parameters of one kind, by the rest of their codes."""
    return {code.partition(".")[2]: value for code, value in told.items() if code.startswith(f"{kind}.")}


IS_STRANGE = np.array([kin.is_of_strangers for kin in KINSHIPS])
IS_NAMESAKE = np.array([kin.is_namesake for kin in KINSHIPS])
IS_ONE = np.array([kin.is_one_person for kin in KINSHIPS])
STRANGERS, ONE_STREET = len(KINSHIPS) - 1, len(KINSHIPS) - 2
LEAST_SHARES = np.array([kin.least_share for kin in KINSHIPS])
KNOWN = np.arange(len(KINSHIPS)) >= ONE_STREET  # the kinships whose pairs are counted beforehand


def trained(patterns: Patterns, chance: Chance, accounts: int) -> Model:
    """The model that explains the patterns best."""
    usual = np.array([kin.usual for kin in KINSHIPS]) * ENOUGH_PAIRS / (ENOUGH_PAIRS + accounts / 4)
    usual[ONE_STREET], usual[STRANGERS] = chance.in_one_street + 1.0, chance.pairs
    model = Model(usual.copy(), _usual_shares(chance))
    model.pairs[0] += accounts / 4
    for _ in range(ROUNDS):
        before = model.pairs.copy()
        found = model.memberships(patterns.levels) * patterns.counts[:, None]
        model.pairs = np.where(KNOWN, usual, found.sum(axis=0) + usual)
        model.pairs = np.maximum(model.pairs, LEAST_SHARES * model.pairs[IS_ONE].sum())
        _learn(model, patterns, found, chance)
        if np.all(np.abs(model.pairs - before) <= SETTLED * before):
            break
    return model


def _learn(model: Model, patterns: Patterns, found: Floats, chance: Chance) -> None:
    """Set the shares of levels to those among the pairs as they are now assigned."""
    for place, comparison in enumerate(COMPARISONS):
        level = patterns.levels[:, place]
        told = level >= 0
        sizes = len(comparison.levels)
        for whose, usual in _usual(comparison.name).items():
            columns = np.array([kin.speaks(comparison.name) == whose for kin in KINSHIPS])
            use = told & patterns.learns[:, place]
            counted = np.bincount(level[use], found[np.ix_(use, columns)].sum(axis=1), sizes) + USUAL_PAIRS * usual
            model.shares[comparison.name, whose] = counted / counted.sum()
        if comparison.name == "given":
            model.shares["given", "family"] = _in_family(
                model, level, np.where(patterns.learns[:, [place]], found, 0.0)
            )
        near = np.bincount(level[told], found[np.ix_(told, np.arange(STRANGERS))].sum(axis=1), sizes)
        by_chance = _by_chance(chance.levels[comparison.name], near.astype(np.float64))
        model.shares[comparison.name, "chance"] = by_chance


def _in_family(model: Model, level: NDArray[np.int8], found: Floats) -> Floats:
    """How the given names of a family agree: by chance where they are the same, since who bears his father's name is a
    kinship of his own; else as learnt."""
    columns = np.array([kin.speaks("given") == "family" for kin in KINSHIPS])
    chance = model.shares["given", "chance"]
    told = (level >= 0) & (level < SAME_NAME)
    counted = np.bincount(level[told], found[np.ix_(told, columns)].sum(axis=1), len(chance)) + FAMILY_PAIRS * chance
    counted[SAME_NAME:] = 0.0
    return np.append((counted / counted.sum() * (1 - chance[SAME_NAME:].sum()))[:SAME_NAME], chance[SAME_NAME:])


def _by_chance(all_pairs: Floats, near: Floats) -> Floats:
    """The shares of levels among strangers: of all pairs without those that belong together."""
    left = np.maximum(all_pairs - near, CHANCE_LEFT * all_pairs)
    return np.asarray(left / left.sum())


def _usual_shares(chance: Chance) -> Shares:
    shares = {(it.name, whose): usual for it in COMPARISONS for whose, usual in _usual(it.name).items()}
    strangers = {(it.name, "chance"): chance.levels[it.name] / chance.levels[it.name].sum() for it in COMPARISONS}
    return shares | strangers | {("given", "family"): strangers["given", "chance"]}


def _usual(name: str) -> dict[str, Floats]:
    comparison = next(it for it in COMPARISONS if it.name == name)
    own: dict[str, tuple[float, ...]] = {"own" if name in (*CONTACT, SILO) else "same": comparison.usual}
    return {whose: np.array(shares) / sum(shares) for whose, shares in (own | CONTACTS.get(name, {})).items()}


def _normalised(logs: Floats) -> Floats:
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
