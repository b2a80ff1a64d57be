"""What was judged once under the same code is not judged again; whatever is in doubt is."""

from datetime import date

import pytest

from expectations.shop import core_shop__orders, raw_shop__orders
from expectations.words import Filled
from mining_tasks.warehouse import keep_promises, ledger, shelf, vouched
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.merge import merge
from tests.warehouse.landings import night_of, take_in

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


def order(number: int, day: str) -> dict[str, str | None]:
    times = {"ordered_at": f"{day} 09:00:00", "updated_at": f"{day} 10:00:00"}
    return {"order_id_shop": str(number), "sales_amount": "1.00", "currency": "EUR", **times}


@pytest.fixture
def second(tmp_path, monkeypatch) -> shelf.Partition:
    """The draft of a second night that brings news of March alone: January is taken over."""
    monkeypatch.setenv("GOLDSEAM_HOME", str(tmp_path))
    (tmp_path / "sources.toml").write_text('[shop]\ntimezone = "UTC"\n')
    night_of(raw_shop__orders, core_shop__orders, FIRST, [order(1, "2026-01-10"), order(2, "2026-03-01")])
    take_in(raw_shop__orders, SECOND, [order(3, "2026-03-02")])
    return shelf.opened(merge(raw_shop__orders, core_shop__orders, SECOND))


def names(draft: shelf.Partition) -> set[str]:
    return {path.name for path in vouched.vouched(draft)}


def judged_rows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each chunk had that Great Expectations saw from now on."""
    seen, whole = [], keep_promises._frame
    monkeypatch.setattr(keep_promises, "_frame", lambda chunk: seen.append(chunk.num_rows) or whole(chunk))
    return seen


def test_a_month_without_news_is_not_judged_again(second, monkeypatch):
    assert {file.name for file in second.files} == {"part-2026-01.parquet", "part-2026-03.parquet"}
    assert names(second) == {"part-2026-01.parquet"}
    seen = judged_rows(monkeypatch)
    found = keep_promises.checked(second)
    assert seen == [2]
    assert all(check.held and check.rows == 3 for check in found)


def test_a_night_without_any_news_is_judged_by_sql_alone(second, monkeypatch):
    accept(second.address)
    take_in(raw_shop__orders, date(2026, 3, 3), [])
    third = shelf.opened(merge(raw_shop__orders, core_shop__orders, date(2026, 3, 3)))
    seen = judged_rows(monkeypatch)
    assert all(check.held for check in keep_promises.checked(third))
    assert seen == []


def test_another_code_judges_everything_anew(second, monkeypatch):
    monkeypatch.setattr(vouched, "code_version", lambda: "another")
    assert names(second) == set()


def test_a_file_that_rotted_since_is_judged_anew(second):
    january = next(file for file in second.files if "2026-01" in file.name)
    january.write_bytes(january.read_bytes() + b"rot")
    assert names(second) == set()


def test_a_promise_that_was_broken_or_never_told_then_vouches_for_nothing(second):
    held = ledger.checks.c.promise == Filled().sentence("sales_amount")
    with ledger.transaction() as connection:
        assert connection.execute(ledger.checks.update().where(held).values(held=False)).rowcount == 3  # two raw nights, one state
    assert names(second) == set()
    with ledger.transaction() as connection:
        connection.execute(ledger.checks.delete().where(held))
    assert names(second) == set()


def test_the_checks_of_another_run_vouch_for_nothing(second):
    with ledger.transaction() as connection:
        connection.execute(ledger.checks.update().values(run_id="r_other"))
    assert names(second) == set()
