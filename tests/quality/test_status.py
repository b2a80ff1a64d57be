"""`status`: where every family stands, from the ledger alone."""

from datetime import date

import pyarrow as pa

import expectations
from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.quality.status import families, status
from mining_tasks.warehouse import publish, shelf
from tests.sample import sample

FIRST, SECOND = date(2018, 1, 1), date(2018, 1, 2)


def published(night: date) -> None:
    publish.publish("models", night, [_draft(table, night) for table in expectations.family("models")])


def _draft(table: Table, night: date) -> str:
    row = sample(table, 1, seed=1).to_pylist()[0]
    row |= {"night": night, "data_as_of": night, "is_stale": False}
    return shelf.draft(table, night, pa.Table.from_pylist([row], arrow.schema(table)))


def family(name: str) -> dict:
    (found,) = [row for row in families() if row["family"] == name]
    return found


def test_a_family_that_was_never_published_says_so(shop_home):
    assert family("segments")["why"] == "never published"
    assert family("segments")["is_stale"]


def test_a_published_family_is_fresh_until_a_later_night_fails(shop_home):
    published(FIRST)
    assert (family("models")["night"], family("models")["is_stale"], family("models")["why"]) == (FIRST, False, "")
    publish.keep_last_good("models", SECOND, "models: list_verdicts failed")
    assert (family("models")["night"], family("models")["is_stale"]) == (FIRST, True)
    assert family("models")["why"] == "models: list_verdicts failed"


def test_each_night_says_what_was_published_and_what_was_not(shop_home):
    published(FIRST)
    publish.keep_last_good("models", SECOND, "no")
    last, before = status()["nights"]
    assert (last["night"], before["night"]) == (SECOND, FIRST)
    assert ("models" in before["published"], "models" in last["not_published"]) == (True, True)


def test_one_night_can_be_asked_for(shop_home):
    published(FIRST)
    published(SECOND)
    assert [night["night"] for night in status(FIRST)["nights"]] == [FIRST]
    assert [(row["subject_code"], row["verdict"]) for row in status(FIRST)["verdicts"]] == [("publication", "go")]
