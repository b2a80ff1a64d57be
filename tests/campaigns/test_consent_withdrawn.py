"""Consent withdrawn between scoring and publishing: honoured right before, and refused if it slips through."""

from datetime import timedelta

import pytest

from expectations.campaigns import pub_campaigns__best
from mining_tasks.campaigns.best import steps
from mining_tasks.warehouse import ledger, shelf
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.checks import BrokenPromises
from mining_tasks.warehouse.home import Home
from tests.campaigns.shop import NIGHT, CampaignShop, Person, take_in
from tests.campaigns.test_choice_nights import OFFERS, VOUCHER

REFUSED = r"channel_code is a channel to which customer_id consents.*: 1 of 3 rows do not"


@pytest.fixture
def drafted(shop_home: Home) -> list[str]:
    """The choice of a night for three customers who consent, before it is published."""
    (shop_home.path / "campaigns.toml").write_text(OFFERS)
    shop = CampaignShop([Person(values={VOUCHER: 5.0}) for _ in range(3)])
    shop.take_in()
    made = steps.choose(NIGHT, [shop.affinities()])
    assert len(contacted(made)) == 3
    return made


def withdraw(night=NIGHT) -> None:
    """The first customer takes her consent back, and the CRM's new consents are accepted."""
    shop = CampaignShop([Person(()), Person(), Person()])
    take_in("core_crm__consents", shop.consents(), night)


def contacted(addresses: list[str]) -> list[dict]:
    best = next(part for part in map(shelf.opened, addresses) if part.table is pub_campaigns__best)
    return [row for row in best.arrow().to_pylist() if row["campaign_code"]]


@pytest.mark.parametrize("night", [NIGHT, NIGHT + timedelta(days=3)], ids=["the same night", "a later night"])
def test_whoever_takes_her_consent_back_before_publishing_is_left_alone(drafted: list[str], night):
    withdraw(night)
    honoured = steps.honour_consents(NIGHT, drafted)
    assert len(contacted(honoured)) == 2
    rows = shelf.opened(honoured[-1]).arrow().to_pylist()
    gone = [row for row in rows if row["why_code"] == "withdrawn"]
    assert [(row["campaign_code"], row["channel_code"], row["expected_gain_amount"]) for row in gone] == [(None,) * 3]
    assert "took her consent back" in gone[0]["reasons"]
    accept(*honoured)


def test_a_row_without_consent_is_refused_even_if_nobody_looked_again(drafted: list[str]):
    withdraw()
    with pytest.raises(BrokenPromises, match=REFUSED):
        accept(*drafted)


def test_a_consent_given_since_changes_nothing(drafted: list[str]):
    honoured = steps.honour_consents(NIGHT, drafted)
    assert shelf.opened(honoured[-1]).arrow().equals(shelf.opened(drafted[-1]).arrow())


def test_where_nothing_is_known_of_consents_nobody_may_be_contacted(drafted: list[str]):
    take_in("core_crm__consents", [], NIGHT)
    assert contacted(steps.honour_consents(NIGHT, drafted)) == []


def test_a_choice_cannot_be_checked_where_consents_were_never_accepted(drafted: list[str], monkeypatch):
    """What cannot be checked has failed: an empty answer would let everybody through."""
    monkeypatch.setattr(ledger, "accepted_before", lambda *_: None)
    with pytest.raises(BrokenPromises, match=r"could not be checked \(NotAccepted\)"):
        accept(*drafted)
