"""Steps: the door of customers."""

from datetime import date

from expectations.crm import core_crm__campaign_contacts, core_crm__consents
from expectations.customers import core_customers__departments, core_customers__features, pub_customers__profiles
from expectations.identities import core_identities__guest_orders, core_identities__links
from expectations.shop import core_shop__order_lines, core_shop__orders, core_shop__products
from expectations.support import core_support__reviews, core_support__tickets
from mining_tasks.warehouse import engine, shelf

BOUGHT = (
    core_identities__links,
    core_identities__guest_orders,
    core_shop__orders,
    core_shop__order_lines,
    core_shop__products,
)
TOLD = (
    core_identities__links,
    core_identities__guest_orders,
    core_shop__orders,
    core_crm__campaign_contacts,
    core_crm__consents,
    core_support__tickets,
    core_support__reviews,
)


def describe_customers(night: date) -> list[str]:
    """One row of facts per customer, and one per customer and department, as of the end of the night; two drafts.

    The features are built on tonight's departments, so the order lines are read once; both are accepted together.
    """
    departments = engine.write(
        engine.sql(__file__, "departments.sql"), core_customers__departments, night, BOUGHT, as_of=night
    )
    reads = [*TOLD, shelf.opened(departments)]
    features = engine.write(engine.sql(__file__, "features.sql"), core_customers__features, night, reads, as_of=night)
    return [departments, features]


def profile_customers(night: date) -> list[str]:
    """The published profile of every customer, from the night's accepted features; one draft."""
    reads = [core_customers__features]
    return [engine.write(engine.sql(__file__, "profiles.sql"), pub_customers__profiles, night, reads)]
