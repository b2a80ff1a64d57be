"""A promotion that a person must approve waits; her word is obeyed once, and can be taken back."""

import json
from datetime import date, timedelta

import pytest

from mining_tasks import cli
from mining_tasks.experiments import approval, champion
from mining_tasks.experiments.judge import Verdict
from mining_tasks.experiments.load import Trained
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home

NIGHT = date(2018, 1, 1)
NEXT = NIGHT + timedelta(days=1)
FIRST = {"model": "old", "who": "tests", "why": "first", "facts": {"location": "models/old", "model_id": "m-old"}}
GO = Verdict("go", ("it held",), {"ari": 0.9})


@pytest.fixture(autouse=True)
def asking(shop_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose segments ask a person; MLflow is away, which must not matter."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    (shop_home.path / "objectives.toml").write_text('[segments]\napproval = "human"\n')
    return shop_home


def trained(name: str) -> Trained:
    return Trained(name, f"m-{name}", f"models/{name}", {})


def serving(night: date) -> str | None:
    now = ledger.champion("segments", night)
    return now["model"] if now else None


def verdict(night: date) -> ledger.Row:
    (found,) = ledger.verdicts_on(night)
    return found


def test_a_go_is_a_hold_until_a_person_approves_it_and_then_it_serves():
    assert champion.decide("segments", NIGHT, GO, trained("a")) == "hold"
    assert serving(NIGHT) is None
    assert verdict(NIGHT)["reasons"].startswith(approval.WAITING)
    assert "- it held" in (approval.question("segments", NIGHT) or "")
    approval.answer("segments", NIGHT, "approved", "Ann", "fine")
    assert serving(NIGHT) == "a"
    assert (verdict(NIGHT)["verdict"], verdict(NIGHT)["champion"]) == ("go", "a")
    assert verdict(NIGHT)["reasons"] == "approved by Ann: fine; it held"
    assert approval.question("segments", NIGHT) is None


def test_a_night_run_again_asks_nobody_twice_about_the_same_model_but_does_about_another():
    champion.decide("segments", NIGHT, GO, trained("a"))
    approval.answer("segments", NIGHT, "approved", "Ann", "fine")
    assert champion.decide("segments", NIGHT, GO, trained("a")) == "go"
    assert serving(NIGHT) == "a"
    assert champion.decide("segments", NIGHT, GO, trained("b")) == "hold"
    assert serving(NIGHT) is None
    assert "**b** instead of **none" in (approval.question("segments", NIGHT) or "")


def test_refused_or_not_answered_the_champion_stays():
    ledger.note_promotion("segments", NIGHT - timedelta(days=1), FIRST)
    champion.decide("segments", NIGHT, GO, trained("a"))
    approval.answer("segments", NIGHT, "not answered")
    assert (serving(NIGHT), verdict(NIGHT)["champion"], verdict(NIGHT)["verdict"]) == ("old", "old", "hold")
    assert approval.question("segments", NIGHT)
    approval.answer("segments", NIGHT, "refused", "Ann", "no")
    assert (serving(NIGHT), approval.question("segments", NIGHT)) == ("old", None)
    assert verdict(NIGHT)["reasons"].startswith("refused by Ann: no")


def test_an_old_proposal_is_not_approved_over_a_later_promotion():
    champion.decide("segments", NIGHT, GO, trained("a"))
    ledger.note_promotion("segments", NEXT, FIRST | {"model": "newer"})
    with pytest.raises(approval.NothingProposed, match="newer was promoted on 2018-01-02"):
        approval.answer("segments", NIGHT, "approved", "Ann", "late")
    assert serving(NEXT) == "newer"


def test_what_the_goals_say_is_either_word_or_an_error(asking: Home):
    (asking.path / "objectives.toml").write_text('[segments]\napproval = "humen"\n[churn]\napproval = "automatic"\n')
    assert not approval.is_wanted("churn")
    assert not approval.is_wanted("customers")
    with pytest.raises(ValueError, match="neither human nor automatic"):
        approval.is_wanted("segments")


def test_the_command_line_shows_approves_and_undoes_with_name_and_reason(capsys: pytest.CaptureFixture[str]):
    champion.decide("segments", NIGHT, GO, trained("a"))
    assert cli.main(["champion", "segments", "--approve"]) == 2
    assert "needs a name" in capsys.readouterr().err
    said = ["--who", "Ann", "--why", "fine", "--json"]
    assert cli.main(["champion", "segments", "--approve", *said]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["champion"], told["proposed"]["answer"]) == ("a since 2018-01-01", "approved")
    assert cli.main(["champion", "segments", "--undo", *said]) == 0
    assert json.loads(capsys.readouterr().out)["champion"] is None
    assert serving(NIGHT) is None
    assert verdict(NIGHT)["reasons"] == "the promotion of a was undone by Ann: fine"
    assert champion.decide("segments", NIGHT, GO, trained("a")) == "hold"
