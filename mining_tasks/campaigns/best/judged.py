"""The judge's word on policies: the personal choice is published where it surely gains over the best single offer."""

import logging
from collections.abc import Sequence
from datetime import date

from mining_tasks.campaigns.best.policy import Policy, valued
from mining_tasks.campaigns.best.trials import Past
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.policy_value import Comparison
from mining_tasks.experiments import judge as rules
from mining_tasks.experiments import log
from mining_tasks.experiments.judge import Rule, Verdict
from mining_tasks.experiments.store import StoreDown
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.shelf import Partition

logger = logging.getLogger(__name__)
SUBJECT = "policy"
FAMILY = "campaigns"
GAIN = "policy_gain_low"
SERVES = {"best single": "{offer} for all is published instead", "none": "no offer is published", "personal": ""}


def judged(
    past: Past | None, offered: Sequence[Offer], kinds: Sequence[str], currency: str
) -> tuple[Policy, Comparison | None]:
    """The policy to publish and the comparison behind it; none where past campaigns cannot value one.

    kinds: of offers whose uplift a model of single customers tells, not groups of alike ones.
    """
    if past is None:
        return Policy(), None
    try:
        return valued(past, [offer.code for offer in offered], kinds, currency)
    except ValueError as fault:
        return Policy(words=f"no policy could be valued: {fault}; each gets her own best offer"), None


def verdict(policy: Policy, found: Comparison | None) -> Verdict:
    """Go if the personal choice surely gains, no-go if the single offer serves, hold where nothing could be valued."""
    if found is None or policy.gain is None:
        return rules.held([policy.words], {})
    low = policy.gain.low
    gains = Rule(GAIN, low, low > 0, "more than 0", "gain over the best single offer per customer, from below")
    said = rules.judged([gains], f"{policy.words}; {SERVES[policy.code].format(offer=policy.offer)}")
    return Verdict(said.decision, said.reasons, figures(found))


def noted(night: date, policy: Policy, found: Comparison | None, reads: Sequence[Partition] = ()) -> str:
    """Note the verdict, show its figures in MLflow, and return the policy as text; a store that is away costs the
    figures there alone."""
    said = verdict(policy, found)
    facts = {
        "verdict": said.decision,
        "reasons": list(said.reasons),
        "figures": {name: None if value is None else round(value, 6) for name, value in said.figures.items()},
        "champion": policy.offer or policy.code,
        "challenger": "personal",
    }
    ledger.note_verdict(night, FAMILY, SUBJECT, facts)
    if found is not None:
        _show(night, policy, found, reads)
    return policy.text()


def _show(night: date, policy: Policy, found: Comparison, reads: Sequence[Partition]) -> None:
    try:
        with log.run(FAMILY, night, "policies") as run:
            run.facts(reads)
            run.params({"policy": policy.code, "offer": policy.offer, "why": policy.words})
            run.metrics(figures(found))
    except StoreDown as fault:
        logger.warning("%s", fault)


def figures(found: Comparison | None) -> dict[str, float]:
    """Value per customer of every policy, and the gains of the personal one, by both estimates with their bounds."""
    if found is None:
        return {}
    made: dict[str, float] = {}
    for kind, of in (("value", found.values), ("gain_over", found.gains)):
        for name, value in of.items():
            for how, interval in (("ips", value.by_propensity), ("dr", value.doubly_robust)):
                start = f"{kind}_{name}_{how}".replace(" ", "_")
                made |= {start: interval.found, f"{start}_low": interval.low, f"{start}_high": interval.high}
    return made
