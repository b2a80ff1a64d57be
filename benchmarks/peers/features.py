"""Contest: the facts of every customer, as our SQL makes them and as one would write them in plain pandas."""

import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import expectations
from benchmarks.peers import side
from benchmarks.peers.accepted import frame
from benchmarks.peers.side import Clock

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 0.006  # of an amount: floats against decimals, and the mean is rounded to four digits
PAID = ["customer_id", "order_id_shop", "main"]
LINES = ["order_id_shop", "product_id_shop", "currency", "sales_amount", "discount_amount", "coupon_discount_amount"]
ORDERS = ["order_id_shop", "customer_id_shop", "ordered_at", "order_date", "store_id_shop", "currency", "sales_amount"]
ORDERS += ["discount_amount"]


def ours(night: date, clock: Clock) -> dict[str, Any]:
    """`describe_customers` as the night runs it: features and departments, drafted."""
    from mining_tasks.customers.steps import describe_customers
    from mining_tasks.warehouse import shelf

    with clock.running():
        addresses = describe_customers(night)
    drafts = [shelf.opened(address) for address in addresses]
    rows = next(draft.rows for draft in drafts if draft.table.name == "core_customers__features")
    for draft in drafts:
        shutil.rmtree(draft.folder)
    return {"rows": rows}


def with_pandas(night: date, clock: Clock) -> dict[str, Any]:
    """The same facts in pandas, written to a Parquet file; then compared with what the night accepted."""
    import pandas  # noqa: F401  imported before the clock runs

    with tempfile.TemporaryDirectory() as folder, clock.running():
        made = _features(night)
        made.to_parquet(Path(folder) / "features.parquet")
    return {"rows": len(made), "columns": len(made.columns), "differing": _differing(made, night)}


def _features(night: date) -> "pd.DataFrame":
    import pandas as pd

    from mining_tasks.warehouse.engine import night_end

    links = frame("core_identities__links", night, ["customer_id", "source_code", "account_id_source"])
    end = pd.Timestamp(night_end(night)).tz_convert("UTC")
    found = links.groupby("customer_id").size().rename("accounts_count").to_frame()
    shop = links[links.source_code == "shop"]
    orders = frame("core_shop__orders", night, ORDERS)
    orders = orders[(orders.ordered_at < end) & (orders.order_date <= pd.Timestamp(night))]
    guests = frame("core_identities__guest_orders", night, ["order_id_shop", "account_id"])
    orders = orders.merge(guests, on="order_id_shop", how="left")
    told = orders.customer_id_shop.where(orders.customer_id_shop.notna(), orders.account_id.str.removeprefix("shop:"))
    bought = orders.assign(account=told).merge(shop, left_on="account", right_on="account_id_source")
    bought["age"] = (pd.Timestamp(night) - bought.order_date).dt.days
    bought = _with_main_currency(bought)
    crm, desk = links[links.source_code == "crm"], links[links.source_code == "support"]
    parts = [_counted(bought), _paid(bought), _gaps(bought), _bought_range(bought, night)]
    parts += [_contacted(crm, night, end), _granted(crm, night, end), _asked(desk, night, end)]
    return found.join(parts)


def _with_main_currency(bought: "pd.DataFrame") -> "pd.DataFrame":
    counts = bought.groupby(["customer_id", "currency"], dropna=False).size().rename("orders").reset_index()
    counts = counts.sort_values(["customer_id", "orders", "currency"], ascending=[True, False, True])
    main = counts.drop_duplicates("customer_id").set_index("customer_id").currency
    return bought.assign(main=bought.customer_id.map(main))


def _counted(bought: "pd.DataFrame") -> "pd.DataFrame":
    groups = bought.groupby("customer_id")
    found = groups.agg(
        orders_count=("order_id_shop", "size"),
        active_days_count=("order_date", "nunique"),
        stores_count=("store_id_shop", "nunique"),
        recency_days=("age", "min"),
        tenure_days=("age", "max"),
    )
    found["orders_90_days_count"] = bought[bought.age < 90].groupby("customer_id").size()
    return found


def _paid(bought: "pd.DataFrame") -> "pd.DataFrame":
    main = bought[(bought.currency == bought.main) | (bought.currency.isna() & bought.main.isna())]
    found = main.groupby("customer_id").agg(sales_amount=("sales_amount", "sum"), paid=("order_id_shop", "size"))
    for days in (90, 365):
        found[f"sales_{days}_days_amount"] = main[main.age < days].groupby("customer_id").sales_amount.sum()
    found["discount_amount"] = main.groupby("customer_id").discount_amount.sum(min_count=1)
    found["basket_mean_amount"] = found.sales_amount / found.paid
    return found.drop(columns="paid")


def _gaps(bought: "pd.DataFrame") -> "pd.DataFrame":
    days = bought[["customer_id", "age"]].drop_duplicates().sort_values(["customer_id", "age"])
    days["gap"] = days.groupby("customer_id").age.diff()
    return days.groupby("customer_id").gap.agg(gap_mean_days="mean", gap_deviation_days="std")


def _bought_range(bought: "pd.DataFrame", night: date) -> "pd.DataFrame":
    products = frame("core_shop__products", night, ["product_id_shop", "department"])
    lines = frame("core_shop__order_lines", night, LINES).merge(bought[PAID], on="order_id_shop")
    lines = lines.merge(products, on="product_id_shop", how="left")
    lines["department"] = lines.department.fillna("unknown")
    groups = lines.groupby("customer_id")
    found = groups.agg(
        lines_count=("product_id_shop", "size"),
        products_count=("product_id_shop", "nunique"),
        departments_count=("department", "nunique"),
    )
    main = lines[(lines.currency == lines.main) | (lines.currency.isna() & lines.main.isna())]
    spent = main.groupby(["customer_id", "department"]).sales_amount.sum().reset_index()
    spent = spent[spent.sales_amount > 0].sort_values(["customer_id", "sales_amount", "department"])
    coupons = lines[lines.coupon_discount_amount.notna()]
    used = (coupons.coupon_discount_amount > 0).groupby(coupons.customer_id)
    found["coupon_lines_share"] = used.mean()
    found["top_department"] = spent.drop_duplicates("customer_id", keep="last").set_index("customer_id").department
    return found


def _contacted(links: "pd.DataFrame", night: date, end: "pd.Timestamp") -> "pd.DataFrame":
    columns = ["campaign_id_crm", "contact_id_crm", "contacted_at", "responded_at"]
    reached = frame("core_crm__campaign_contacts", night, columns)
    reached = reached[reached.contacted_at < end].merge(links, left_on="contact_id_crm", right_on="account_id_source")
    found = reached.groupby("customer_id").agg(
        campaigns_count=("campaign_id_crm", "nunique"), last=("contacted_at", "max")
    )
    found["last_contact_days"] = (end - found.pop("last")) // timedelta(days=1)
    answered = reached[reached.responded_at < end]
    found["responses_count"] = answered.groupby("customer_id").campaign_id_crm.nunique()
    return found


def _granted(links: "pd.DataFrame", night: date, end: "pd.Timestamp") -> "pd.DataFrame":
    said = frame("core_crm__consents", night, ["contact_id_crm", "channel_code", "is_granted", "recorded_at"])
    said = said.merge(links, left_on="contact_id_crm", right_on="account_id_source")
    said["yes"] = said.is_granted & (said.recorded_at < end)
    found = said.pivot_table(index="customer_id", columns="channel_code", values="yes", aggfunc="min")
    return found.rename(columns=lambda channel: f"has_{channel}_consent")


def _asked(links: "pd.DataFrame", night: date, end: "pd.Timestamp") -> "pd.DataFrame":
    import pandas as pd

    tickets = frame("core_support__tickets", night, ["requester_id_support", "opened_at", "solved_at"])
    tickets = tickets[tickets.opened_at < end].merge(
        links, left_on="requester_id_support", right_on="account_id_source"
    )
    tickets["open"] = ~(tickets.solved_at < end)
    found = tickets.groupby("customer_id").agg(tickets_count=("open", "size"), open_tickets_count=("open", "sum"))
    reviews = frame("core_support__reviews", night, ["requester_id_support", "stars_count", "reviewed_at"])
    reviews = reviews[reviews.reviewed_at < end].merge(
        links, left_on="requester_id_support", right_on="account_id_source"
    )
    stars = reviews.groupby("customer_id").stars_count.agg(reviews_count="size", stars_mean="mean")
    return pd.concat([found, stars], axis=1)


def _differing(made: "pd.DataFrame", night: date) -> list[str]:
    """Columns whose values are not those that the night accepted; a missing number counts as none."""
    import pandas as pd

    known = [column.name for column in expectations.table("core_customers__features").columns]
    names = [name for name in made.columns if name in known]
    theirs = frame("core_customers__features", night, ["customer_id", *names]).set_index("customer_id")
    made = made.reindex(theirs.index)
    bad = []
    for name in names:
        if pd.api.types.is_numeric_dtype(theirs[name]) and not pd.api.types.is_bool_dtype(theirs[name]):
            off = (made[name].astype(float).fillna(0) - theirs[name].astype(float).fillna(0)).abs() > TOLERANCE
        else:
            off = made[name].fillna(False) != theirs[name].fillna(False)
        bad += [name] if off.any() else []
    return bad


if __name__ == "__main__":
    side.main({"ours": ours, "pandas": with_pandas})
