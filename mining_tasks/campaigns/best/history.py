"""Past campaigns with random control groups, as numbers that effects are learnt from and policies are valued by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from mining_tasks.campaigns import by_group
from mining_tasks.campaigns.alike import Alike
from mining_tasks.campaigns.best.trials import FOLDS, folds
from mining_tasks.campaigns.best.trials import Past as Remembered
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.features import TASTES
from mining_tasks.campaigns.learners import Trial
from mining_tasks.campaigns.nuisance import normal
from mining_tasks.campaigns.offers import Mask, Whole
from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.split import mature
from mining_tasks.campaigns.uplift import CHANCE, chance_of_imbalance
from mining_tasks.experiments.layout import layout
from mining_tasks.experiments.point_in_time import FEATURES

# On a planted shop of 100,000, which has 186,000, a choice taught by 60,000 gained 4 % less over the best single offer;
# 19 and 44 s of CPU.
ROWS_MOST = 200_000
LEAST = 30  # in either group of a campaign


def usable(past: Sequence[Past], offered: Sequence[Offer], night: date) -> list[Past]:
    """Campaigns of the offers of tonight that are over and held a group out."""
    codes = {offer.code for offer in offered}
    return [one for one in mature(past, night) if one.code in codes and min(one.contacts, one.controls) >= LEAST]


def remembered(rows: pa.Table, offered: Sequence[Offer], alike: Alike) -> Remembered | None:
    """The rows of `rows.sql` of `usable` campaigns whose groups chance could have drawn; None if none is left.

    Amounts are in the main currency of `alike.rates`.
    """
    codes, rates = [offer.code for offer in offered], alike.rates
    place = np.array([codes.index(code) for code in rows["campaign_code"].to_pylist()], np.int64)
    names = rows["campaign_id_crm"].to_numpy(zero_copy_only=False).astype(str)
    matrix = layout(rows, [*FEATURES, *TASTES]).matrix(rows)
    known = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), normal(matrix))
    costs = [float(offer.contact_cost_amount or 0) * rates.of.get(offer.currency or "", 1.0) for offer in offered]
    seen, rate = alike.seen(rows), rates.per_row(rates.filled(rows["currency"]))
    found = Remembered(
        rows["customer_id"].to_pylist(),
        known.fit_transform(matrix),
        np.unique(names, return_inverse=True)[1].astype(np.int64),
        place,
        np.asarray(rows["is_contacted"].to_numpy(zero_copy_only=False), bool),
        np.asarray(rows["came_orders_count"].to_numpy(), np.float64),
        np.nan_to_num(seen.worth * rate),
        _consents(rows, offered),
        np.array(costs),
        [offer.type_code or offer.code for offer in offered],
        seen.groups,
        np.nan_to_num(seen.paid * rate[:, None]),
        np.zeros(rows.num_rows),
        np.array([_room(offer) for offer in offered]),
    )
    return _by_chance(found, found.campaign)


def _room(offer: Offer) -> float:
    """Contacts that capacity and budget leave; infinite without either."""
    capacity = np.inf if offer.capacity is None else float(offer.capacity)
    if offer.budget_amount is None or not offer.contact_cost_amount:
        return capacity
    return min(capacity, float(offer.budget_amount / offer.contact_cost_amount))


def _consents(rows: pa.Table, offered: Sequence[Offer]) -> Mask:
    nobody = np.zeros(rows.num_rows, bool)
    said = {
        name: np.asarray(rows[f"has_{name}_consent"].fill_null(False).to_numpy(zero_copy_only=False), bool)
        for name in ("email", "sms", "phone", "post")
    }
    return np.column_stack([said.get(offer.channel_code, nobody) for offer in offered])


def _by_chance(past: Remembered, campaign: Whole) -> Remembered | None:
    """Without campaigns whose control group was not left out by chance: features tell who was contacted."""
    kept = np.zeros(len(campaign), bool)
    share = past.shares()
    for one in np.unique(campaign):
        mine = campaign == one
        trial = Trial(past.features[mine], past.contacted[mine], past.orders[mine], share[mine])
        both = trial.contacted.any() and not trial.contacted.all()
        kept[mine] = bool(both) and chance_of_imbalance(trial) >= CHANCE
    if not kept.any():
        return None
    left = past.rows(kept)
    return replace(left, anyhow=by_group.expected(left.features, left.campaign, left.orders, folds(left, FOLDS)))
