"""Response rates lean on wider ones; earlier campaigns teach and no outcome of theirs reaches into the later ones."""

from datetime import date, timedelta

import numpy as np

from mining_tasks.campaigns.catalogue import Offer
from mining_tasks.campaigns.rates import NOTHING, Past, rate
from mining_tasks.campaigns.split import Split, split

DAY = date(2017, 1, 1)
MAIL, TEXT, NEW = (Offer(f"voucher_{way}", "voucher", way, "") for way in ("email", "sms", "post"))


def past(number: int, start: int, contacts: int, responses: int, code: str = "voucher_email") -> Past:
    first = DAY + timedelta(days=start)
    return Past(f"{number}", code, code.partition("_")[0], first, first, 14, contacts, 0, responses)


def test_a_rate_is_known_only_when_the_window_is_over():
    campaigns = [past(1, 0, 1000, 200)]
    assert rate(campaigns, MAIL, DAY + timedelta(days=13)).source == NOTHING
    assert rate(campaigns, MAIL, DAY + timedelta(days=13)).share is None
    assert np.isclose(rate(campaigns, MAIL, DAY + timedelta(days=14)).share, 0.2, atol=0.001)


def test_an_offer_without_responses_is_not_hopeless_and_one_never_made_takes_its_kinds_rate():
    campaigns = [past(1, 0, 1000, 200), past(2, 0, 50, 0, "voucher_sms")]
    late = DAY + timedelta(days=100)
    told = {offer.code: rate(campaigns, offer, late) for offer in (MAIL, TEXT, NEW)}
    assert 0.05 < told["voucher_sms"].share < 0.15
    assert "nobody ever responded" in told["voucher_sms"].source
    assert told["voucher_post"].source == "rule: response rate of offers of its kind"
    other = rate(campaigns, Offer("letter_post", "letter", "post", ""), late)
    assert other.source == "rule: response rate of all offers"


def test_no_window_of_a_teaching_campaign_reaches_into_the_later_ones():
    campaigns = [past(number, 10 * number, 400, 60) for number in range(10)]
    found = split(campaigns, DAY + timedelta(days=200))
    assert isinstance(found, Split)
    assert found.later == ("9",)
    assert found.learn == tuple("01234567")  # the eighth was still open when the ninth began
    closed = {one.campaign: one.closed for one in campaigns}
    assert all(closed[one] < found.day for one in found.learn)


def test_too_few_responses_are_told_not_split():
    said = split([past(1, 0, 400, 60), past(2, 30, 400, 5)], DAY + timedelta(days=200))
    assert isinstance(said, str)
    assert "65 responses" in said
