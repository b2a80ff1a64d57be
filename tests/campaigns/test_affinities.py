"""The rows of pub_campaigns__affinities: what control groups of one offer say of another that had none."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.campaigns.alike import Alike
from mining_tasks.campaigns.best.changes import SOURCE, Changes
from mining_tasks.campaigns.best.crowd import Rates
from mining_tasks.campaigns.by_group import Change
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.features import TASTES
from mining_tasks.campaigns.rates import Past
from mining_tasks.campaigns.scores import Evening, scored
from mining_tasks.campaigns.shrunk import Slopes

NIGHT, CUSTOMERS = date(2018, 3, 1), 5
MEASURED, OTHER = Offer("voucher_email", "voucher", "email", "Voucher"), Offer("call_phone", "call", "phone", "Call")
PAST = Past("c1", "voucher_email", "voucher", date(2018, 1, 2), date(2018, 1, 5), 14, 1000, 200, 100)


def customers() -> pa.Table:
    counts = ("lines_count", "orders_count", "paid_orders_count", "tenure_days", "responses_count", "campaigns_count")
    numbers = {name: np.arange(1, CUSTOMERS + 1) for name in counts}
    tastes = {name: np.zeros(CUSTOMERS) for name in TASTES}
    paid = {"customer_id": [f"c{n}" for n in range(CUSTOMERS)], "currency": ["EUR"] * CUSTOMERS}
    paid["first_day"] = [100] * CUSTOMERS
    amounts = {name: 20.0 * np.arange(1, CUSTOMERS + 1) for name in ("sales_amount", "value_amount")}
    return pa.table({**paid, **numbers, **tastes, **amounts})


def told(average: float, rows: pa.Table | None = None) -> dict[str, list[dict]]:
    """The rows of each offer, where contacts of the measured one changed so many orders on average and gained 3."""
    rows = customers() if rows is None else rows
    alike = Alike.of(rows.slice(0, 0), rows, Rates("EUR", {"EUR": 1.0}))
    inputs = alike.seen(rows).groups.shape[1]
    change = Change(Slopes(np.zeros(inputs), np.zeros((inputs, inputs)), 0.0), average)
    changes = Changes(alike, {"voucher": change}, frozenset({"voucher_email"}), {"voucher": 3.0})
    marks = {"data_as_of": NIGHT, "is_stale": False}
    evening = Evening(NIGHT, (MEASURED, OTHER), (PAST,), {"EUR": 20.0}, alike.rates, marks, changes=changes)
    reader = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches(max_chunksize=2))
    made = [row for batch in scored(reader, evening) for row in batch.to_pylist()]
    assert len(made) == 2 * CUSTOMERS
    assert [row["customer_id"] for row in made] == [f"c{n}" for n in range(CUSTOMERS) for _ in range(2)]
    return {code: [row for row in made if row["campaign_code"] == code] for code in ("voucher_email", "call_phone")}


@pytest.mark.parametrize(("average", "brought"), [(0.05, 0.5), (0.0, 0.0), (-0.02, 0.0), (0.3, 1.0)])
def test_a_response_is_worth_what_control_groups_say_that_contacts_brought(average: float, brought: float) -> None:
    rows = told(average)["call_phone"]
    assert {row["effect_code"] for row in rows} == {"affinity"}
    assert {row["uplift_probability"] for row in rows} == {None}
    for row in rows:  # every order of theirs was worth 20
        assert float(row["value_amount"]) == pytest.approx(row["response_probability"] * brought * 20, abs=1e-3)


def test_an_offer_that_held_out_a_control_group_tells_its_uplift() -> None:
    rows = told(0.05)["voucher_email"]
    assert {row["effect_code"] for row in rows} == {"uplift"}
    assert {row["uplift_probability"] for row in rows} == {0.0}
    assert all(row["score_source"].endswith(SOURCE) for row in rows)


def test_of_whom_no_order_is_known_control_groups_tell_nothing_and_she_is_worth_what_others_gained() -> None:
    """Her orders, if any, come under accounts that nobody joins: no uplift is told, and a contact with her gains as
    much as with others, in the main currency."""
    rows = customers()
    for name, kind in (("first_day", pa.int64()), ("currency", pa.string())):
        some = pa.array([None, *rows[name].to_pylist()[1:]], kind)
        rows = rows.set_column(rows.column_names.index(name), name, some)
    stranger, *others = told(0.05, rows)["voucher_email"]
    assert (stranger["effect_code"], stranger["uplift_probability"]) == ("affinity", None)
    assert (float(stranger["value_amount"]), stranger["currency"]) == (3.0, "EUR")
    assert {row["effect_code"] for row in others} == {"uplift"}
