"""Campaigns, held against what a contact truly changes, for whom, and who may be contacted.

The oracle knows of every customer what each contact would truly gain (`campaigns_ahead.sql`) and assigns at most one
offer to each, within the same consents, rest, capacities and budgets: the optimum of a linear programme. Like the room
it makes only offers of which some campaign held out a random control group: what no control group tells, no policy may
claim. The best single campaign is the offer that gains most if it alone is made to all who may get it. Policy, oracle
and single are valued on the customers who are neither held out nor explored, with what the explored used up taken off
the limits.

The aim is a share of the oracle's gain over the best single offer. Where the table publishes the best single offer,
because the lower bound of the gain of each her own over it is not above zero, that bound asks for no more than the best
single offer, and the aim is 0: the offer it chose has to be truly the best one.

The threshold is what the room reaches today on the shop that `make truth` plants, and may be missed by two standard
errors. The note tells what one would reach who knows the type of every customer and estimates from the same contacts
and controls what each offer does to each type, over the normal errors of these estimates (`campaigns_tried.sql`); and
what the oracle itself would gain among those of whom the night knows an order: of who orders under an account that
nobody joins no policy knows the kind, and no control group shows what she orders there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo import ahead
from mining_tasks.demo.figure import CannotSay, Figure
from mining_tasks.demo.oracle import Limits, Mask, Numbers, most, singles
from mining_tasks.demo.sight import Row, Sight
from mining_tasks.warehouse.home import home

ROOM = "campaigns"
DRAWS = 200  # of the errors of estimates, for what anybody could reach
EVERYBODY = Figure(ROOM, "customers without one row", 0, "at most", "customers", "against all of the night")
CONSENT = Figure(
    ROOM, "contacted without consent", 0, "at most", "customers", "by the CRM's newest word, strictest wins"
)
RESTING = Figure(ROOM, "contacted though resting", 0, "at most", "customers", "contact cap, days of rest")
LIMITS = Figure(ROOM, "limits exceeded", 0, "at most", "limits", "capacities, budgets")
HELD_OUT = Figure(ROOM, "held out and contacted", 0, "at most", "customers", "of those whom nobody may contact")
STABLE = Figure(ROOM, "held out on one of two nights", 0, "at most", "customers", "against the night before")
UPLIFTS = Figure(ROOM, "uplifts without a control group", 0, "at most", "rows", "of affinities, and lifts of results")
POLICY = Figure(ROOM, "share of the oracle's gain", 0.0, "at least", "index", "over the best single one", aim=0.85)
BOUND = Figure(
    ROOM, "policy against its bound", 0, "at most", "rows", "personal only if its gain's lower bound is above 0"
)
LESS_THAN_BY_LOT = 0.9999
HARMED = Figure(
    ROOM, "harmful contacts", 1, "at most", "index", "by those of as many contacts by lot", aim=LESS_THAN_BY_LOT
)
FIGURES = (EVERYBODY, CONSENT, RESTING, LIMITS, HELD_OUT, STABLE, UPLIFTS, POLICY, BOUND, HARMED)


@dataclass(frozen=True)
class Choice:
    """n customers × k offers, customers by id and offers by code: the truth, and what was chosen.

    chosen: (n,) place of the offer, −1 for none, −2 for one that nobody knows.
    """

    codes: tuple[str, ...]
    kind: np.ndarray  # (n,) latent type
    margin: Numbers  # (n,) of an order, EUR
    gain: Numbers
    consented: Mask
    rested: Mask
    harmed: Mask
    controlled: Mask  # (k,)
    limits: Limits
    chosen: np.ndarray
    is_known: Mask  # (n,) of whom the night knows an order
    is_held_out: Mask
    is_explored: Mask

    @property
    def allowed(self) -> Mask:
        """(n, k) who may get what."""
        return np.asarray(self.consented & self.rested[:, None], bool)

    def counts(self, of: Mask) -> Numbers:
        """(k,) contacts among these customers."""
        made = self.chosen[of & (self.chosen >= 0)]
        return np.bincount(made, minlength=len(self.codes)).astype(np.float64)


def measure(sight: Sight) -> Iterator[Figure]:
    told = sight.row(__file__, "campaigns_told.sql")
    yield EVERYBODY.of(
        told["astray"] + told["unsaid"], f"of {told['customers']:,}; {told['unsaid']:,} without a source"
    )
    yield UPLIFTS.of(told["uplifts"] + told["lifts"], f"of {told['all_uplifts']:,}; {told['lifts']:,} lifts")
    yield HELD_OUT.of(told["held_out_contacted"] if told["held_out"] else None, f"of {told['held_out']:,}")
    best = sight.table(__file__, "campaigns_best.sql")
    choice = _choice(sight, best)
    yield from kept(choice)
    window = int(sight.facts["settings"]["campaigns"]["window_days"])
    tried = sight.rows(__file__, "campaigns_tried.sql", window_days=window)
    code = _policy(best)
    yield policy(choice, code, tried)
    yield BOUND.of(_against_bound(best), f"published: {code}")
    yield harmed(choice)
    held = sight.row(__file__, "campaigns_held_out.sql")
    yield STABLE.of(held["changed"], f"of {held['customers']:,}")


def kept(choice: Choice) -> Iterator[Figure]:
    """Nobody is contacted who may not be, and nothing is exceeded; an offer that nobody knows is not consented to."""
    made = choice.chosen >= 0
    place = np.where(made, choice.chosen, 0)
    unwanted = made & ~choice.consented[np.arange(len(place)), place] | (choice.chosen < -1)
    yield CONSENT.of(unwanted.sum(), f"of {(choice.chosen != -1).sum():,}")
    yield RESTING.of((made & ~choice.rested).sum(), f"{(~choice.rested).sum():,} are resting")
    counts = choice.counts(np.ones(len(made), bool))
    told = ", ".join(f"{count:,.0f} {code}" for count, code in zip(counts, choice.codes, strict=True))
    yield LIMITS.of(choice.limits.exceeded(counts), told)


def policy(choice: Choice, code: str, tried: list[Row]) -> Figure:
    """What the choice gains over the best single offer, as a share of what the oracle gains over it."""
    rows = ~choice.is_held_out & ~choice.is_explored
    limits = choice.limits.less(choice.counts(choice.is_explored))
    gain, allowed = choice.gain[rows], choice.allowed[rows] & choice.controlled
    oracle, single = most(gain, allowed, limits), singles(gain, allowed, limits).max().clip(0)
    if oracle <= single:
        return POLICY.of(None)
    made = choice.chosen[rows]
    each = np.where(made >= 0, gain[np.arange(len(made)), made], 0.0)
    personal, one = ideal(choice, tried)
    reached = personal if code == "personal" else one
    told = f"{each.sum():,.0f} EUR; oracle {oracle:,.0f}, best single {single:,.0f}; published: {code}; "
    told += f"who knows all types {reached.mean():.2f} ± {reached.std():.2f}; "
    seen = most(gain, allowed & choice.is_known[rows][:, None], limits)
    told += f"who knows all of those whose orders are known {(seen - single) / (oracle - single):.2f}"
    luck = float(np.sqrt(len(each)) * each.std() / (oracle - single))
    figure = POLICY if code == "personal" else replace(POLICY, aim=0.0)
    return figure.eased(luck).of(round((each.sum() - single) / (oracle - single), 9) + 0.0, told)


def harmed(choice: Choice) -> Figure:
    """Contacts that put people off, by how many there would be had the same offers gone to anybody allowed by lot."""
    rows = ~choice.is_held_out & ~choice.is_explored
    made = choice.chosen[rows]
    ours = choice.harmed[rows][np.flatnonzero(made >= 0), made[made >= 0]].sum()
    allowed, counts = choice.allowed[rows], choice.counts(rows)
    share = (allowed & choice.harmed[rows]).sum(axis=0) / np.maximum(allowed.sum(axis=0), 1)
    drawn = float((counts * share).sum())
    return HARMED.of(
        ours / drawn if drawn else float(ours > 0), f"{ours:,} of {counts.sum():,.0f}; by lot {drawn:,.0f}"
    )


def _policy(best: pa.Table) -> str:
    codes = pc.unique(best["policy_code"]).to_pylist()
    if len(codes) != 1:
        raise CannotSay(f"pub_campaigns__best tells {len(codes)} policies, one is needed")
    return str(codes[0])


def _against_bound(best: pa.Table) -> int:
    """Rows whose policy is not the one that the lower bound asks for, and rows of the single offer with another."""
    low, code = best["policy_gain_low"].to_numpy(), np.array(best["policy_code"].to_pylist())
    wrong = int(np.where(low > 0, code != "personal", code == "personal").sum())
    chosen = best.filter(pc.and_(pc.equal(best["policy_code"], "best single"), pc.invert(best["is_exploration"])))
    others = max(pc.count_distinct(chosen["campaign_code"]).as_py() - 1, 0)
    return wrong + int(others)


def ideal(choice: Choice, tried: list[Row]) -> tuple[Numbers, Numbers]:
    """Shares of the oracle's gain, per draw, of one who knows every type but must estimate what offers do to it: if he
    gives each her own, or the one offer that he thinks best. Capacities and budgets aside."""
    types, kind = np.unique(choice.kind, return_inverse=True)
    error = np.zeros((len(types), len(choice.codes)))
    for row in tried:
        if row["type_code"] in types and row["campaign_code"] in choice.codes:
            error[types == row["type_code"], choice.codes.index(row["campaign_code"])] = row["error"]
    rng, allowed = np.random.default_rng(1), choice.allowed & choice.controlled
    worth = np.where(allowed, choice.gain, 0.0)
    oracle, alone = worth.max(axis=1).clip(0).sum(), worth.sum(axis=0)
    found = []
    for _ in range(DRAWS):
        guess = np.where(
            allowed, choice.gain + (error * rng.standard_normal(error.shape))[kind] * choice.margin[:, None], -np.inf
        )
        place = guess.argmax(axis=1)
        picked = np.where(guess.max(axis=1) > 0, worth[np.arange(len(place)), place], 0.0).sum()
        one = alone[np.where(np.isfinite(guess), guess, 0.0).sum(axis=0).argmax()]
        found.append(((picked, one) - alone.max()) / max(oracle - alone.max(), 1e-9))
    personal, single = np.array(found).T
    return personal, single


def _choice(sight: Sight, best: pa.Table) -> Choice:
    """The truth of every customer and offer, beside what was chosen for her."""
    told = home().toml("campaigns")
    window = int(sight.facts["settings"]["campaigns"]["window_days"])
    world = ahead.show(sight, (window + 1,))
    said = world.settings["campaigns"]
    limits = {name: told.get("limits", {}).get(name) for name in ("contacts_per_customer", "period_days", "rest_days")}
    if None in limits.values():
        raise CannotSay("campaigns.toml of the home does not state contact cap, its period and days of rest")
    terms = {name: said[name] for name in ("window_days", "fatigue_days", "fatigue_factor")}
    rows = sight.table(__file__, "campaigns_ahead.sql", **limits, **terms)
    codes = tuple(sorted(pc.unique(rows["campaign_code"]).to_pylist()))
    return _of_rows(rows, codes, told, best)


def _of_rows(rows: pa.Table, codes: tuple[str, ...], told: dict[str, Any], best: pa.Table) -> Choice:
    wide = len(codes)

    def grid(name: str) -> np.ndarray:
        return np.reshape(rows[name].to_numpy(zero_copy_only=False), (-1, wide))

    ids = rows["customer_id"].take(pa.array(np.arange(0, len(rows), wide)))
    mine = best.take(pc.index_in(ids, best["customer_id"].combine_chunks()))
    known = pc.fill_null(pc.index_in(mine["campaign_code"], pa.array(codes)), -2).to_numpy()
    return Choice(
        codes,
        grid("type_code")[:, 0],
        grid("margin_eur")[:, 0].astype(np.float64),
        grid("gain_eur").astype(np.float64),
        grid("is_consented").astype(bool),
        grid("is_rested")[:, 0].astype(bool),
        grid("is_harmed").astype(bool),
        grid("has_control")[0].astype(bool),
        _limits(told, codes, grid("cost_eur")[0].astype(np.float64)),
        np.where(pc.is_null(mine["campaign_code"]).to_numpy(), -1, known),
        grid("has_known_orders")[:, 0].astype(bool),
        pc.fill_null(mine["is_holdout"], False).to_numpy(zero_copy_only=False),
        pc.fill_null(mine["is_exploration"], False).to_numpy(zero_copy_only=False),
    )


def _limits(told: dict[str, Any], codes: tuple[str, ...], cost: Numbers) -> Limits:
    """The limits that campaigns.toml states: capacities and budgets per offer, and over all; the shop's are in EUR."""
    whole = told.get("limits", {})
    stated = [told.get("offers", {}).get(code, {}) for code in codes]
    each = [
        min(offer.get("capacity", np.inf), offer.get("budget_amount", np.inf) / max(fee, 1e-9))
        for offer, fee in zip(stated, cost, strict=True)
    ]
    most_contacts, most_money = (whole.get(name, np.inf) for name in ("contacts", "budget_amount"))
    return Limits(np.floor(np.array(each) + 1e-9), cost, most_contacts, most_money)
