"""Reading the crowd: customers, offers and values out of the tables that a connection shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import norm

from mining_tasks.campaigns.best.crowd import Crowd, Rates, values
from mining_tasks.campaigns.best.eligible import eligible
from mining_tasks.campaigns.best.rules import Rules
from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.offers import Mask, Numbers
from mining_tasks.campaigns.qini import LEVEL
from mining_tasks.warehouse import engine

ID = "customer_id"
NO_SCORES = "rule: no scores"
LIKELY = 0.9  # to be put off by a contact
WIDE = float(norm.ppf(LIKELY) / (norm.ppf((1 + LEVEL) / 2) - norm.ppf((1 - LEVEL) / 2)))  # as a share of the interval


def crowd(connection: duckdb.DuckDBPyConnection, offers: Sequence[Offer], rules: Rules, night: date) -> Crowd:
    """Everybody of a night; the connection shows features, links, contacts, affinities and `consents_now`."""

    def asked(name: str, **params: Any) -> pa.Table:
        return engine.asked(connection, engine.sql(__file__, name), params).to_arrow_table()

    customers = asked("customers.sql", night_end=engine.night_end(night), period_days=rules.period_days)
    codes = [offer.code for offer in offers]
    rates = Rates.found(asked("currencies.sql"), rules.rates)
    bounds = connection.table("core_customers__features").order("customer_id").select(*(rules.columns() or [ID]))
    value, put_off = _values(connection, codes, customers.num_rows)
    known = pc.is_valid(customers["currency"]).to_numpy()
    customers = customers.set_column(1, "currency", rates.filled(customers["currency"]))
    value *= rates.per_row(customers["currency"])
    measured, sources = _made_by(asked("offers_scored.sql"), codes)
    may = eligible(bounds.to_arrow_table(), codes, rules)
    return Crowd(customers, offers, value, put_off, may, measured, known, sources, rates)


def _values(connection: duckdb.DuckDBPyConnection, codes: list[str], customers: int) -> tuple[Numbers, Mask]:
    params = {"codes": codes, "places": list(range(len(codes))), "wide": WIDE}
    rows = engine.asked(connection, engine.sql(__file__, "values.sql"), params)
    return values(rows.to_arrow_reader(engine.BATCH_ROWS), (len(codes), customers))


def _made_by(scored: pa.Table, codes: list[str]) -> tuple[np.ndarray, list[str]]:
    """Per offer whether its values stand on a measured change, and what made most of them."""
    found: dict[str, dict[str, Any]] = {}
    for row in scored.to_pylist():  # the most rows first
        found.setdefault(row["campaign_code"], row)
    measured = [found.get(code, {}).get("effect_code") == "uplift" for code in codes]
    return np.array(measured, bool), [found.get(code, {}).get("score_source", NO_SCORES) for code in codes]
