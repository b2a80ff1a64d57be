"""The door of the campaigns room: train and judge what tells who responds, and score every customer for every offer."""

from datetime import date
from typing import Any

from expectations.crm import core_crm__campaigns
from mining_tasks.campaigns.catalogue import Offer, offers
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.home import home

FAMILY = "campaigns"


def catalogue(night: date) -> tuple[Offer, ...]:
    """All offers as of a night, active or not; see `campaigns.catalogue`."""
    return offers(shelf.read(core_crm__campaigns, night).arrow(), told(), night)


def told() -> dict[str, Any]:
    """`campaigns.toml`; empty where the shop states nothing."""
    return home().toml("campaigns") if (home().path / "campaigns.toml").exists() else {}
