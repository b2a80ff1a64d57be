"""A person may say that tonight's unusual row count is meant; nobody may say that a broken rule is."""

import pytest

import expectations
from mining_tasks.warehouse import ledger, publish, shelf
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.keep_promises import BrokenPromises
from tests.warehouse.nights import NEXT, NIGHT, SEGMENTS, rows_of

GUARDED = expectations.table(SEGMENTS[0])


def drafts_with(customers: int, night: object) -> list[str]:
    """Drafts in which the guarded table alone has another number of rows."""
    others = [table for table in expectations.family("segments") if table.name != GUARDED.name]
    made = [shelf.draft(GUARDED, night, rows_of(GUARDED, night, customers))]  # type: ignore[arg-type]
    return made + [shelf.draft(table, night, rows_of(table, night)) for table in others]  # type: ignore[arg-type]


def test_an_overridden_row_count_is_published_and_the_verdict_names_who_and_why(shop_home: Home) -> None:
    first = publish.publish("segments", NIGHT, drafts_with(20, NIGHT))
    with pytest.raises(BrokenPromises, match="median"):
        publish.publish("segments", NEXT, drafts_with(5, NEXT))
    ledger.note_override(GUARDED.name, NEXT, "A. Smith", "test accounts were removed")
    assert publish.publish("segments", NEXT, drafts_with(5, NEXT)) != first
    said = [row["reasons"] for row in ledger.verdicts_on(NEXT) if row["subject"] == "publication"]
    assert said == [
        f"every promise held; {GUARDED.name}: guards overridden by A. Smith: test accounts were removed",
    ]
    noted = [row for row in ledger.checks_on(NEXT) if "median" in row["promise"] and not row["held"]]
    assert len(noted) == 1, "the check itself still says that the guard did not hold"


def test_an_override_of_one_night_says_nothing_about_the_next(shop_home: Home) -> None:
    publish.publish("segments", NIGHT, drafts_with(20, NIGHT))
    ledger.note_override(GUARDED.name, NIGHT, "A. Smith", "a reason for another night")
    with pytest.raises(BrokenPromises, match="median"):
        publish.publish("segments", NEXT, drafts_with(5, NEXT))


def test_a_broken_rule_cannot_be_overridden(shop_home: Home) -> None:
    ledger.note_override(GUARDED.name, NIGHT, "A. Smith", "let it through")
    good = rows_of(GUARDED, NIGHT, 20)
    bad = good.set_column(good.schema.get_field_index("rfm_cell"), good.schema.field("rfm_cell"), [["nonsense"] * 20])
    others = [table for table in expectations.family("segments") if table.name != GUARDED.name]
    made = [shelf.draft(GUARDED, NIGHT, bad), *(shelf.draft(t, NIGHT, rows_of(t, NIGHT)) for t in others)]
    with pytest.raises(BrokenPromises, match="rfm_cell"):
        publish.publish("segments", NIGHT, made)


def test_an_override_needs_a_name_and_a_reason(shop_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    from mining_tasks import cli

    given = ["override", GUARDED.name, "--home", str(shop_home.path), "--night", "2018-01-01", "--who", "A", "--why"]
    assert cli.main([*given, " "]) == 2
    assert "reason" in capsys.readouterr().err
    assert ledger.override(GUARDED.name, NIGHT) is None
