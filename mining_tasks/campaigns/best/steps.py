"""The other half of the door of campaigns: choose one offer per customer, and tell what came of past campaigns."""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from expectations.campaigns import pub_campaigns__best, pub_campaigns__results
from expectations.crm import core_crm__campaign_contacts, core_crm__campaign_controls, core_crm__campaigns
from expectations.customers import core_customers__features
from expectations.identities import core_identities__guest_orders, core_identities__links
from expectations.shop import core_shop__order_lines, core_shop__orders, core_shop__products, core_shop__returns
from expectations.words import Table
from mining_tasks.campaigns import gather
from mining_tasks.campaigns.best.choose import chosen
from mining_tasks.campaigns.best.crowd import Rates
from mining_tasks.campaigns.best.policy import Policy
from mining_tasks.campaigns.best.results import began, came, main_currency
from mining_tasks.campaigns.best.rules import rules
from mining_tasks.campaigns.best.seen import crowd
from mining_tasks.campaigns.catalogue import Offer, active, offers
from mining_tasks.sources.cancelled import cancelled
from mining_tasks.warehouse import consents, engine, shelf
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.shelf import NotAccepted, Partition

RESULTS_FROM = (
    *(core_crm__campaigns, core_crm__campaign_contacts, core_crm__campaign_controls),
    *(core_identities__links, core_identities__guest_orders, core_shop__orders, core_customers__features),
    *(core_shop__order_lines, core_shop__products, core_shop__returns),
)
# What a shop may have none of: then nobody was held out, no cost of goods is known, nothing came back.
DISPENSABLE = (gather.CONTROLS, "core_shop__order_lines", "core_shop__products", "core_shop__returns")
logger = logging.getLogger(__name__)
CHOSEN_FROM = (core_customers__features, core_identities__links, core_crm__campaign_contacts)


def catalogue(night: date) -> tuple[Offer, ...]:
    """All offers as of a night, active or not; see `campaigns.catalogue`."""
    return offers(shelf.read(core_crm__campaigns, night).arrow(), told(), night)


def told() -> dict[str, Any]:
    """`campaigns.toml`; empty where the shop states nothing."""
    return home().toml("campaigns") if (home().path / "campaigns.toml").exists() else {}


def rates(night: date) -> Rates:
    """What one unit of each currency is worth in the shop's most used one."""
    features = shelf.read(core_customers__features, night)
    return Rates.found(engine.query(engine.sql(__file__, "currencies.sql"), [features]), rules(told()).rates)


def there(night: date, tables: Sequence[Table]) -> list[Partition]:
    """What was accepted for the night; of `DISPENSABLE` tables those are left out that were never taken in."""
    found = []
    for table in tables:
        try:
            found.append(shelf.read(table, night))
        except NotAccepted:
            if table.name not in DISPENSABLE:
                raise
            logger.info("nothing of %s is known of %s", table.name, night)
    return found


def told_by_crm(night: date) -> list[Partition]:
    """Campaigns and their control groups."""
    return there(night, (core_crm__campaigns, core_crm__campaign_controls))


def choose(night: date, scored: list[str], valued: str = "") -> list[str]:
    """Choose one offer or none for every customer, from the drafted scores; returns their drafts and the choice's.

    valued: the policy that `value_policies` decided on. Lots hang on the key of ids, which outlives other keys: who is
    held out stays held out.
    """
    scores = shelf.opened(scored[0])
    reads = [scores, *(shelf.read(table, night) for table in CHOSEN_FROM)]
    limits = rules(told())
    with engine.connected() as connection:
        for read in reads:
            engine.show(connection, read)
        reads.append(consents.make(connection, night))
        everybody = crowd(connection, active(catalogue(night)), limits, night)
    made = chosen(everybody, limits, Policy.from_text(valued), (home().id_key(), str(night)))
    return [*scored, shelf.draft(pub_campaigns__best, night, _marked(made.rows, night, reads), reads)]


def results(night: date) -> list[str]:
    """What came of every past campaign, and what of it the campaign changed; one draft."""
    reads = there(night, RESULTS_FROM)
    stated = catalogue(night)
    days = began(stated, shelf.read(core_crm__campaigns, night).arrow())
    before = {campaign: shelf.read_before(pub_campaigns__best, day) for campaign, day in days.items()}
    choices = {campaign: part for campaign, part in before.items() if part}
    with engine.connected() as connection:
        gather.show(connection, reads)
        facts = {"night": night, "currency": main_currency(connection), "cancelled": cancelled()}
        rows = came(connection, stated, choices, facts)
    return [shelf.draft(pub_campaigns__results, night, _marked(rows, night, reads), reads)]


def honour_consents(night: date, drafted: list[str]) -> list[str]:
    """Right before publishing: whoever took her consent back since she was chosen is left alone; returns all drafts."""
    best = next(part for part in map(shelf.opened, drafted) if part.table.name == "pub_campaigns__best")
    said = consents.newest()
    sql = consents.before(engine.sql(__file__, "honoured.sql"))
    reads = [best, said, shelf.read(core_identities__links, night)]
    honoured = engine.write(sql, pub_campaigns__best, night, reads, said_before=engine.night_end(said.night))
    return [*(each for each in drafted if each != best.address), honoured]


def _marked(rows: pa.Table, night: date, reads: Sequence[Partition]) -> pa.Table:
    """The rows with the marks of every published table."""
    as_of = min(read.data_as_of for read in reads)
    marks = {"night": night, "data_as_of": as_of, "is_stale": any(read.is_stale for read in reads)}
    columns = {name: pa.repeat(pa.scalar(value), rows.num_rows) for name, value in marks.items()}
    return pa.table({**{name: rows[name] for name in rows.column_names}, **columns})
