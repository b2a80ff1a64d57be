"""What people decide: read from their file, refused by line where it cannot be, written by a command."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from mining_tasks.cli import main
from mining_tasks.identities.decisions import BadDecisions, Decision, decision, in_force, note
from mining_tasks.warehouse.home import Home
from tests.identities.drawn_accounts import account
from tests.identities.test_link_accounts import FIRST, SECOND, accepted

HEAD = "account_id,other_account_id,decision_code,who,when,why\n"
SAID = Decision("crm:7", "shop:1", "exclude", FIRST, "A. Smith", 'he said: "not me", twice')


def written(folder: Path, *lines: str) -> Path:
    (folder / "decisions.csv").write_text(HEAD + "\n".join(lines) + "\n")
    return folder


def test_without_a_file_nothing_was_decided(tmp_path: Path) -> None:
    assert in_force(tmp_path, FIRST).num_rows == 0


def test_a_noted_decision_is_read_back_whatever_was_said(tmp_path: Path) -> None:
    for why in (SAID.why, "two\nlines", "comma, Ærø"):
        note(tmp_path, Decision("crm:7", "shop:a,b", "confirm", FIRST, "A. Smith", why))
        assert in_force(tmp_path, FIRST).to_pylist()[-1]["why"] == why
    assert oct((tmp_path / "decisions.csv").stat().st_mode & 0o777) == "0o600"


def test_the_last_word_on_two_accounts_counts_in_whatever_order_they_are_named(tmp_path: Path) -> None:
    written(tmp_path, "shop:1,crm:7,exclude,A,2018-01-01,x", "crm:7,shop:1,confirm,B,2018-01-01,y")
    assert [(row["who"], row["decision_code"]) for row in in_force(tmp_path, date(2018, 1, 1)).to_pylist()] == [
        ("B", "confirm")
    ]


def test_a_decision_counts_from_its_night_on_so_that_older_nights_run_again_give_what_they_gave(tmp_path: Path) -> None:
    written(tmp_path, "shop:1,crm:7,exclude,A,2018-01-02,x", "shop:1,crm:7,confirm,B,2018-01-01,y")
    assert in_force(tmp_path, date(2017, 12, 31)).num_rows == 0
    assert in_force(tmp_path, date(2018, 1, 1))["who"].to_pylist() == ["B"]
    assert in_force(tmp_path, date(2018, 1, 2))["who"].to_pylist() == ["A"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("shop:1,crm:7,exclude,A,2018-01-01", "why missing"),
        ("shop:1,crm:7,exclude,A,2018-01-01,x,y", "more than 6 values"),
        ("shop1,crm:7,exclude,A,2018-01-01,x", "account_id is no account"),
        ("shop:1,erp:7,exclude,A,2018-01-01,x", "other_account_id is no account"),
        ("shop:1,shop:1,exclude,A,2018-01-01,x", "an account and itself"),
        ("shop:1,crm:7,split,A,2018-01-01,x", "must be exclude or confirm"),
        ("shop:1,crm:7,exclude,A,1.1.2018,x", "when must be a night"),
        ("shop:1,crm:7,exclude, ,2018-01-01,x", "who missing"),
    ],
)
def test_a_line_that_cannot_be_is_told_by_its_number_and_nothing_is_decided(
    tmp_path: Path, line: str, fault: str
) -> None:
    written(tmp_path, "shop:1,crm:7,exclude,A,2018-01-01,Secret Words", line)
    with pytest.raises(BadDecisions) as told:
        in_force(tmp_path, FIRST)
    assert "line 3: " in str(told.value)
    assert fault in str(told.value)
    assert "line 2" not in str(told.value)
    assert "Secret" not in str(told.value)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text("account,other\nshop:1,crm:7\n")
    with pytest.raises(BadDecisions, match="line 1: the columns must be"):
        in_force(tmp_path, FIRST)


def test_a_file_that_an_editor_left_without_a_last_line_break_takes_a_decision_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text(HEAD + "shop:1,crm:7,exclude,A,2018-01-01,x")
    note(tmp_path, Decision("crm:8", "shop:1", "exclude", FIRST, "A. Smith", "y"))
    assert in_force(tmp_path, SECOND).num_rows == 2


def test_what_cannot_be_decided_is_refused_before_it_is_written() -> None:
    row = {"account_id": "shop:1", "other_account_id": "shop:1", "decision_code": "exclude"}
    with pytest.raises(BadDecisions, match="an account and itself"):
        decision({**row, "who": "A", "when": "2018-01-01", "why": "x"})


PEOPLE = [
    account("shop", 1, mail="anna@example.com", ok=True, name="Anna Berg"),
    account("crm", 7, mail="anna@example.com", name="Anna Berg"),
    account("crm", 8, name="Petra Stein"),
    account("support", 9, name="Karl Stein"),
]
ASKED = ["--who", "A. Smith", "--why", "they called"]


def test_the_command_notes_a_decision_that_the_next_run_obeys(
    shop_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    before = accepted(FIRST, PEOPLE)
    assert before["shop:1"] == before["crm:7"] != before["crm:8"]
    home = ["--home", str(shop_home.path)]
    assert main(["decide", "exclude", "shop:1", "crm:7", *ASKED, *home]) == 0
    assert f"Next: goldseam night --night {FIRST}" in capsys.readouterr().out
    assert main(["decide", "confirm", "crm:8", "crm:7", *ASKED, "--night", str(SECOND), "--json", *home]) == 0
    assert json.loads(capsys.readouterr().out)["customers"] == {name: before[name] for name in ("crm:7", "crm:8")}
    again = accepted(FIRST, PEOPLE)
    assert len(set(again.values())) == 4
    after = accepted(SECOND, PEOPLE)
    assert after["crm:7"] == after["crm:8"] != after["shop:1"]


def test_the_command_refuses_accounts_that_are_not_there(shop_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(shop_home.path)]
    assert main(["decide", "exclude", "shop:1", "crm:7", *ASKED, *home]) == 2
    assert "no night was run yet" in capsys.readouterr().err
    accepted(FIRST, PEOPLE)
    later = ["--night", str(FIRST + timedelta(days=9))]
    assert main(["decide", "exclude", "shop:1", "crm:99", *ASKED, *later, *home]) == 2
    assert "no account crm:99" in capsys.readouterr().err
    assert not (shop_home.path / "decisions.csv").exists()
