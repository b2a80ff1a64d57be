"""One row per customer: her offer, or why she is left alone, from who may be contacted and what it would bring."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.campaigns.assignment import Assignment, assign
from mining_tasks.campaigns.best.crowd import Crowd
from mining_tasks.campaigns.best.policy import PERSONAL, SINGLE, Policy
from mining_tasks.campaigns.best.rules import Rules
from mining_tasks.campaigns.handing_out import NONE
from mining_tasks.campaigns.offers import Offers, Whole

MONEY = pa.decimal128(18, 4)
WHY = {
    "best": "",
    "explored": "a lot decided: what is drawn by chance teaches what no choice can",
    "held out": "held out: nobody contacts her, so that what contacts change can be measured",
    "no consent": "she consents to no channel of any offer",
    "not eligible": "no offer she consents to is meant for her",
    "resting": "she was contacted as often as allowed, or too lately",
    "no gain": "no contact is expected to bring more than it costs, or nothing is known of what it would bring",
    "no room": "budgets and capacities went to customers who gain more by them",
}
CODES = tuple(WHY)
STRANGER = "no order of hers is known; as she may respond, and others gain"


@dataclass(frozen=True)
class Chosen:
    """The rows of pub_campaigns__best but for their marks, and the assignment behind them."""

    rows: pa.Table
    assignment: Assignment


def chosen(crowd: Crowd, rules: Rules, policy: Policy, lot: tuple[bytes, str]) -> Chosen:
    """Choose for everybody. lot: the shop's key and what exploring lots are drawn for; see `assignment.assign`."""
    offers = crowd.offered(rules, policy.values(crowd))
    ids = crowd.customers["customer_id"].to_pylist()
    made = assign(offers, ids, *lot, rules.shares)
    why = _why(crowd, rules, offers, made)
    told = {
        "customer_id": crowd.customers["customer_id"],
        **_offer(crowd, policy, made),
        "why_code": _taken(CODES, why),
        "reasons": _reasons(crowd, policy, made, why),
        "intended_campaign_code": _taken([each.code for each in crowd.offers], made.intended),
        **_money(crowd, offers, made),
        "is_holdout": pa.array(made.is_held_out),
        "is_exploration": pa.array(made.is_explored),
        "propensity_share": pa.array(made.propensity, from_pandas=True),
        **_policy(policy, len(ids)),
        "score_source": _sources(crowd, policy, made, why),
    }
    return Chosen(pa.table(told), made)


def _why(crowd: Crowd, rules: Rules, offers: Offers, made: Assignment) -> Whole:
    """(n,) place in CODES: the first that says why, in the order in which they forbid."""
    consents, is_any = crowd.consents, bool(crowd.offers)  # where none is made tonight, nobody refused it
    pays = ((offers.gain > 0) & offers.allowed).any(axis=1)
    tests = {
        "held out": made.is_held_out,
        "explored": made.is_explored,
        "best": made.campaign != NONE,
        "no consent": is_any & ~consents.any(axis=1),
        "not eligible": is_any & ~(consents & crowd.eligible).any(axis=1),
        "resting": ~crowd.rested(rules),
        "no gain": ~pays,
    }
    places = [CODES.index(name) for name in tests]
    return np.asarray(np.select(list(tests.values()), places, CODES.index("no room")), np.int64)


def _offer(crowd: Crowd, policy: Policy, made: Assignment) -> dict[str, pa.Array]:
    single = [policy.code == SINGLE and offer.code == policy.offer for offer in crowd.offers]
    tells = np.append(crowd.measured | np.array(single, bool), False)[made.campaign] & crowd.known
    effects = np.where(made.campaign == NONE, -1, tells)
    return {
        "campaign_code": _taken([each.code for each in crowd.offers], made.campaign),
        "channel_code": _taken([each.channel_code for each in crowd.offers], made.campaign),
        "effect_code": _taken(["affinity", "uplift"], effects),
    }


def _reasons(crowd: Crowd, policy: Policy, made: Assignment, why: Whole) -> pa.Array:
    """A sentence for each why, and two for each offer of those chosen: for whom it was measured, and for the others."""
    stands = ["by measured change" if measured else "by responses alone" for measured in crowd.measured]
    unknown = [f"{STRANGER} {how}" if measured else how for how, measured in zip(stands, crowd.measured, strict=True)]
    if policy.code != PERSONAL:
        stands = unknown = [f"as past control groups tell: {policy.words}"] * len(stands)
    pick = "of all offers she may get it gains most" if policy.code == PERSONAL else "the best single offer for all"
    titles = [f"{offer.title}: {pick}," for offer in crowd.offers] * 2
    best = [f"{title} {how}" for title, how in zip(titles, [*stands, *unknown], strict=True)]
    place = len(WHY) + made.campaign + np.where(crowd.known, 0, len(crowd.offers))
    return _taken([*WHY.values(), *best], np.where(why == CODES.index("best"), place, why))


def _money(crowd: Crowd, offers: Offers, made: Assignment) -> dict[str, Any]:
    """Gain and cost in her own currency; nothing where no offer, or no cost, is known."""
    rows = np.flatnonzero(made.campaign != NONE)
    at = made.campaign[rows]
    rate = crowd.rates.per_row(crowd.customers["currency"])
    is_known = np.array([offer.contact_cost_amount is not None for offer in crowd.offers], bool)
    gain, cost = (np.full(len(rate), np.nan) for _ in range(2))
    # of the explored what is expected of her; of all others what the policy that chose expects
    value = np.where(made.is_explored[rows], crowd.value[at, rows] - crowd.costs()[at], offers.gain[rows, at])
    gain[rows] = value / rate[rows]
    cost[rows] = np.where(is_known[at], crowd.costs()[at], np.nan) / rate[rows]
    currency = pc.if_else(pa.array(np.isfinite(rate)), crowd.customers["currency"], None)
    return {"expected_gain_amount": _amounts(gain), "cost_amount": _amounts(cost), "currency": currency}


def _policy(policy: Policy, rows: int) -> dict[str, pa.Array]:
    gain = policy.gain
    amounts = {
        "policy_gain_amount": gain.found if gain else None,
        "policy_gain_low_amount": gain.low if gain else None,
        "policy_gain_high_amount": gain.high if gain else None,
    }
    return {
        "policy_code": pa.repeat(pa.scalar(policy.code), rows),
        **{name: _amounts(np.full(rows, np.nan if value is None else value)) for name, value in amounts.items()},
        "policy_currency": pa.repeat(pa.scalar(policy.currency or None, pa.string()), rows),
    }


def _sources(crowd: Crowd, policy: Policy, made: Assignment, why: Whole) -> pa.Array:
    """What made the value of her offer, else the rule that left her alone."""
    rules = [f"rule: {code}" for code in CODES]
    has = (made.campaign != NONE) & (why == CODES.index("best"))
    sources = crowd.sources if policy.code == PERSONAL else ["rule: mean of past control groups"] * len(crowd.sources)
    return _taken([*rules, *sources], np.where(has, len(rules) + made.campaign, why))


def _amounts(values: np.ndarray) -> pa.Array:
    return pc.cast(pc.round(pa.array(values, from_pandas=True), 4), MONEY)


def _taken(words: Any, places: np.ndarray) -> pa.Array:
    """One text a row out of a few; −1 is missing."""
    return pa.array(list(words), pa.string()).take(pa.array(places, mask=places < 0))
