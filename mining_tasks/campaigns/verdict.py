"""What the judge says of a challenger: it must beat the offers' own response rates on later campaigns."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from mining_tasks.campaigns import response
from mining_tasks.campaigns.offers import Numbers
from mining_tasks.experiments.holdout import Contestant, Holdout, Limits
from mining_tasks.experiments.judge import Verdict, held, judged
from mining_tasks.experiments.trial import Trial, tried

BASELINE = "response rate of the offer"
GROUPS = ("tenure_code", "country_code", "account_age_code", "campaign_code")
LIMITS = Limits(calibration_error_most=0.05)  # a later campaign is never quite like the earlier ones
KEPT = "yesterday's model is kept"
RATES = "no model serves; response rates of the offers are published instead"


def trial(later: pa.Table, rivals: Mapping[str, tuple[str, Numbers]], alarms: Sequence[str], limit: Limits) -> Trial:
    """Try a challenger on later rows. rivals: `challenger` and maybe `champion`, each a name and its probabilities."""
    groups = {name: np.array(later[name].to_pylist(), dtype=object) for name in GROUPS}
    known = Holdout(response.label(later), response.people(later), groups, tuple(alarms))
    base = np.asarray(later["base_share"].to_numpy(), np.float64)
    champion = Contestant(*rivals["champion"]) if "champion" in rivals else None
    return tried(known, Contestant(BASELINE, base), champion, Contestant(*rivals["challenger"]), limit)


def of_trial(tried_out: Trial, has_champion: bool) -> Verdict:
    """Go if every rule holds."""
    return judged(tried_out.rules, KEPT if has_champion else RATES)


def without_challenger(why: str, has_champion: bool) -> Verdict:
    """Nothing was trained: hold with a champion, no-go without one."""
    return held((why, KEPT), {}) if has_champion else Verdict("no-go", (why, RATES))
