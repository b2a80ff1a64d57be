"""What a model sees of a customer and an offer: her facts, her past with it, and what it usually brings."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.gather import DEPARTMENTS
from mining_tasks.campaigns.rates import Past, rate
from mining_tasks.experiments.point_in_time import FEATURES

PAST_WITH_OFFER = ("same_contacts_count", "same_responses_count", "same_last_days")
TASTES = tuple(f"department_{place}_share" for place in range(1, DEPARTMENTS + 1))
OF_OFFER = ("offer_logit", "kind_code", "channel_code")
NAMES = (*FEATURES, *PAST_WITH_OFFER, *TASTES, *OF_OFFER)


def with_offers(rows: pa.Table, offers: Sequence[Offer], past: Sequence[Past]) -> pa.Table:
    """The rows of `rows.sql` with `base_share` and the columns of `OF_OFFER`, as known on each row's day."""
    of = {offer.code: offer for offer in offers}
    keys = list(zip(rows["campaign_code"].to_pylist(), rows["as_of_date"].to_pylist(), strict=True))
    known = {key: rate(past, of[key[0]], key[1]) for key in set(keys)}
    columns = {
        "base_share": pa.array([known[key].share for key in keys], pa.float64()),
        "offer_logit": pa.array([known[key].logit for key in keys], pa.float64()),
        "kind_code": pa.array([of[code].type_code for code, _ in keys], pa.string()),
        "channel_code": pa.array([of[code].channel_code for code, _ in keys], pa.string()),
    }
    for name, column in columns.items():
        rows = rows.append_column(name, column)
    return rows


def for_offer(batch: pa.Table, offer: Offer, past: Sequence[Past], night: date) -> pa.Table:
    """Customers of `tonight.sql` as a model sees them for one offer."""
    known = rate(past, offer, night)
    made: Mapping[str, pa.Array] = {
        **_past_with(batch, offer.code),
        "offer_logit": pa.repeat(pa.scalar(known.logit, pa.float64()), batch.num_rows),
        "kind_code": pa.repeat(pa.scalar(offer.type_code, pa.string()), batch.num_rows),
        "channel_code": pa.repeat(pa.scalar(offer.channel_code, pa.string()), batch.num_rows),
    }
    for name, column in made.items():
        batch = batch.append_column(name, column)
    return batch


def _past_with(batch: pa.Table, code: str) -> dict[str, pa.Array]:
    """Her past with one offer, out of the lists of her past with all."""
    codes = batch["codes"].combine_chunks()
    mine = np.flatnonzero(pc.equal(pc.list_flatten(codes), code).to_numpy(zero_copy_only=False))
    row = pc.list_parent_indices(codes).to_numpy()[mine]
    made = {}
    for name, lists, nothing in zip(
        PAST_WITH_OFFER, ("contacts", "responses", "last_days"), (0.0, 0.0, np.nan), strict=True
    ):
        values = np.full(batch.num_rows, nothing)
        values[row] = pc.list_flatten(batch[lists].combine_chunks()).to_numpy()[mine]
        made[name] = pa.array(values)
    return made
