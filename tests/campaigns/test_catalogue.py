"""The offers: what the CRM shows, what campaigns.toml states, and that nonsense there is told at once."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from tomllib import loads

import pyarrow as pa
import pytest

from mining_tasks.campaigns.catalogue import WrongCampaigns, active, code_of, offers

NIGHT = date(2018, 1, 1)


def campaign(number: int, kind: str | None, started: date, ended: date | None = None, **facts: object) -> dict:
    fixed = {"campaign_id_crm": str(number), "type_code": kind, "channel_code": "post"}
    return {**fixed, "started_date": started, "ended_date": ended, **facts}


CAMPAIGNS = pa.Table.from_pylist(
    [
        campaign(3, "Type B", date(2017, 9, 1), date(2017, 9, 20), contact_cost_amount=Decimal("0.85"), currency="EUR"),
        campaign(1, "Type B", date(2017, 3, 1), date(2017, 3, 5), contact_cost_amount=Decimal("0.60"), currency="EUR"),
        campaign(2, "Type A", date(2016, 5, 1), date(2016, 5, 2)),
        campaign(9, "Type C", date(2018, 1, 2), date(2018, 1, 9)),
    ]
)


def test_campaigns_of_one_kind_and_channel_are_one_offer_made_again():
    found = {offer.code: offer for offer in offers(CAMPAIGNS, {}, NIGHT)}
    assert found["type_b_post"].campaigns == ("1", "3")
    assert found["type_b_post"].contact_cost_amount == Decimal("0.85")
    assert found["type_b_post"].window_days == 20
    assert code_of(None, None) == "campaign"


def test_what_has_not_begun_is_unknown_and_what_is_long_over_is_not_offered():
    found = offers(CAMPAIGNS, {}, NIGHT)
    assert [offer.code for offer in found] == ["type_a_post", "type_b_post"]
    assert [offer.code for offer in active(found)] == ["type_b_post"]


def test_a_stated_offer_takes_over_its_campaigns_and_a_new_one_has_none():
    stated = {"type_code": "Type B", "channel_code": "post", "capacity": 7, "is_active": False}
    told = {"offers": {"letters": stated, "calls": {"channel_code": "phone", "currency": "EUR", "budget_amount": 5.5}}}
    found = {offer.code: offer for offer in offers(CAMPAIGNS, told, NIGHT)}
    assert sorted(found) == ["calls", "letters", "type_a_post"]
    assert (found["letters"].campaigns, found["letters"].capacity, found["letters"].is_active) == (("1", "3"), 7, False)
    assert (found["calls"].campaigns, found["calls"].budget_amount) == ((), Decimal("5.5"))


def test_all_faults_of_the_settings_are_told_at_once():
    wrong = {"a": {"colour": "red"}, "B!": {"capacity": -1}, "c": {"budget_amount": 5}}
    with pytest.raises(WrongCampaigns, match="colour.*made of a-z.*negative.*currency"):
        offers(CAMPAIGNS, {"offers": wrong}, NIGHT)


def test_the_template_states_nothing_until_its_lines_are_uncommented():
    lines = files("mining_tasks").joinpath("template/campaigns.toml").read_text(encoding="utf-8").splitlines()
    assert loads("\n".join(lines)) == {}
    start = next(place for place, line in enumerate(lines) if line.startswith("# [offers"))
    stop = lines.index("", start)
    told = loads("\n".join(line.removeprefix("# ") for line in lines[start:stop]))
    assert offers(CAMPAIGNS, told, NIGHT)[-1].capacity == 10_000
