"""The command line: quick, helpful, private, and never a traceback for what the user can mend."""

import json
import os
import re
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from mining_tasks import cli
from mining_tasks.commands import connections, night
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.ledger_tables import pointers, publications, transaction

HEAVY = {
    "pandas",
    "numpy",
    "pyarrow",
    "duckdb",
    "sqlalchemy",
    "sklearn",
    "great_expectations",
    "mlflow",
    "airflow",
    "rich",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing of a home in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "GOLDSEAM_HOME",
        "GOLDSEAM_LEDGER_URL",
        "GOLDSEAM_POSTGRES_URL",
        "GOLDSEAM_HASH_KEY",
        "GOLDSEAM_VAULT_KEY",
    ):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def shop(folder: Path) -> Path:
    """A home as `goldseam init` leaves it."""
    assert cli.main(["init", "shop"]) == 0
    return folder / "shop"


def test_help_names_every_command_and_the_first_steps(capsys):
    with pytest.raises(SystemExit) as over:
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert over.value.code == 0
    assert {name for name in cli.COMMANDS if not re.search(rf"^\s+{name}\b", said, re.M)} == set()
    assert "goldseam night --demo" in said


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    assert f"  goldseam {command}" in capsys.readouterr().out


def test_asking_for_help_loads_nothing_heavy():
    code = "import sys, contextlib\nfrom mining_tasks import cli\ncli.parser()\nprint(*sorted(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "mining_tasks.commands.night" in said
    assert HEAVY.isdisjoint({name.partition(".")[0] for name in said})


@pytest.mark.parametrize("command", [["tables"], ["night"], ["contracts", "breaking"], ["quarantine", "list"]])
def test_a_folder_that_is_no_home_is_refused_with_the_next_step(folder, capsys, command):
    assert cli.main(command) == 2
    told = capsys.readouterr().err
    assert f"{folder / 'home'} is no home of a shop. Next: goldseam init" in told
    assert "Traceback" not in told
    assert list(folder.iterdir()) == []


def test_init_writes_commented_settings_and_a_key_that_nobody_else_can_read(shop):
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in shop.iterdir()}
    assert files == dict.fromkeys(
        ("sources.toml", "objectives.toml", "campaigns.toml", "connections.env", "hash.key", "vault.key"), 0o600
    )
    assert stat.S_IMODE(shop.stat().st_mode) == 0o700
    assert (shop / "sources.toml").read_text().count("#") > 10


def test_init_says_what_to_do_next(folder, capsys):
    assert cli.main(["init", "shop"]) == 0
    said = capsys.readouterr().out
    assert "Next: edit shop/sources.toml and shop/connections.env" in said
    assert "goldseam check-sources --home shop" in said


def test_init_keeps_what_is_there(shop, capsys):
    key = (shop / "hash.key").read_text()
    (shop / "sources.toml").write_text("# mine\n")
    capsys.readouterr()
    assert cli.main(["init", "shop", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == []
    assert ((shop / "sources.toml").read_text(), (shop / "hash.key").read_text()) == ("# mine\n", key)


def test_two_shops_on_one_machine_do_not_meet(folder, capsys):
    for name in ("north", "south"):
        cli.main(["init", name])
    cli.main(["status", "--home", "north"])
    assert (folder / "north" / "ledger.db").exists()
    assert not (folder / "south" / "ledger.db").exists()
    assert (folder / "north" / "hash.key").read_text() != (folder / "south" / "hash.key").read_text()


def test_connections_are_loaded_and_what_is_set_already_wins(shop, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_GOLDSEAM_CRM", "already=there")
    monkeypatch.setenv("AIRFLOW_CONN_GOLDSEAM_SHOP", "")
    monkeypatch.delenv("AIRFLOW_CONN_GOLDSEAM_SHOP")
    lines = "# comment\n\nAIRFLOW_CONN_GOLDSEAM_SHOP=sqlite:///a=b.db\nAIRFLOW_CONN_GOLDSEAM_CRM=x\n"
    (shop / "connections.env").write_text(lines)
    connections.load(shop)
    assert os.environ["AIRFLOW_CONN_GOLDSEAM_SHOP"] == "sqlite:///a=b.db"
    assert os.environ["AIRFLOW_CONN_GOLDSEAM_CRM"] == "already=there"


def test_secrets_that_others_can_read_are_refused(shop, capsys):
    (shop / "connections.env").chmod(0o644)
    assert cli.main(["tables", "--home", "shop"]) == 2
    assert "chmod 600" in capsys.readouterr().err


def test_a_line_that_is_no_connection_is_told_by_number_and_not_shown(shop, capsys):
    (shop / "connections.env").write_text("AIRFLOW_CONN_X=1\nPASSWORD hunter2\n")
    assert cli.main(["tables", "--home", "shop"]) == 2
    told = capsys.readouterr().err
    assert "line 2" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["sql", "SELECT 1"], "nothing is published yet"),
        (["rollback", "segmets"], "there are campaigns, churn, customers"),
        (["quarantine", "show", "raw_shop__orders"], "say which table and night"),
        (["contracts", "odcs", "segmets"], "segmets"),
        (["night", "--since", "2018-02-01", "--night", "2018-01-01"], "lies after"),
    ],
)
def test_a_users_mistake_is_told_in_one_line(shop, capsys, command, words):
    capsys.readouterr()
    assert cli.main([*command, "--home", "shop"]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told


def test_an_empty_shop_has_a_status_for_people_and_for_programs(shop, capsys):
    capsys.readouterr()
    assert cli.main(["status", "--home", "shop"]) == 0
    assert "no night was run yet. Next: goldseam night" in capsys.readouterr().out
    assert cli.main(["status", "--home", "shop", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {family["family"] for family in found["families"]} >= {"customers", "segments"}


def test_status_tells_verdicts_quarantine_and_what_did_not_hold(shop, monkeypatch, capsys):
    monkeypatch.setenv("GOLDSEAM_HOME", str(shop))
    of = date(2018, 1, 1)
    ledger.note_verdict(of, "segments", "model", {"verdict": "hold", "reasons": ["too few customers"]})
    counts = {"received": 10, "loaded": 7, "quarantined": 3, "duplicates": 0}
    ledger.note_receipt("raw_shop__orders", of, counts, {"no date": 3})
    check = {"column_name": "x", "promise": "x is never missing", "severity": "stop", "held": False, "rows": 10}
    ledger.note_checks("raw_shop__orders", of, "r_1", [check | {"broken_rows": 2}])
    capsys.readouterr()
    cli.main(["status", "--home", "shop", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [(v["verdict"], v["reasons"]) for v in found["verdicts"]] == [("hold", "too few customers")]
    assert found["quarantine"] == [{"table": "raw_shop__orders", "reason": "no date", "rows": 3, "replayed": 0}]
    assert [row["promise"] for row in found["refused"]] == ["x is never missing"]
    assert [row["night"] for row in found["nights"]] == ["2018-01-01"]


def test_the_exit_status_follows_what_readers_see():
    tonight, before = date(2018, 1, 2), date(2018, 1, 1)
    fresh, stale = {"night": tonight, "is_stale": False}, {"night": tonight, "is_stale": True}
    assert night.exit_status([fresh, fresh], tonight) == 0
    assert night.exit_status([fresh, stale], tonight) == 3
    assert night.exit_status([fresh, {"night": before, "is_stale": True}], tonight) == 1
    assert night.exit_status([fresh, {"night": None, "is_stale": True}], tonight) == 1
    assert night.exit_status([], tonight) == 1


def test_the_default_night_is_the_day_before_in_the_shops_zone(shop, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(shop))
    found = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never the same day
        (shop / "sources.toml").write_text(f'[shop]\ntimezone = "{zone}"\n')
        found[zone] = night.yesterday()
    assert (found["Pacific/Kiritimati"] - found["Pacific/Pago_Pago"]).days in (1, 2)


def test_nights_since_are_run_in_order_and_once():
    assert night.nights(date(2017, 12, 30), date(2018, 1, 1)) == [
        date(2017, 12, 30),
        date(2017, 12, 31),
        date(2018, 1, 1),
    ]


def test_contracts_print_the_dictionary_of_a_table(capsys):
    assert cli.main(["contracts", "dictionary", "pub_segments__customers"]) == 0
    assert "segment_id" in capsys.readouterr().out


def test_a_promise_to_readers_that_would_break_ends_with_status_one(shop, capsys, monkeypatch):
    monkeypatch.setenv("GOLDSEAM_HOME", str(shop))
    table = {
        "name": "pub_old__things",
        "contract": {"name": "pub_old__things", "columns": {"a": {}}, "version": "1.0.0"},
    }
    with transaction() as connection:
        values = {"family": "segments", "night": date(2018, 1, 1), "run_id": "r", "attempt": 1, "is_stale": False}
        values |= {"tables": json.dumps([table]), "data_as_of": date(2018, 1, 1)}
        fence = connection.execute(publications.insert().values(values)).inserted_primary_key[0]
        pointer = {"family": "segments", "publication": fence, "night": date(2018, 1, 1)}
        connection.execute(pointers.insert().values(pointer))
    capsys.readouterr()
    assert cli.main(["contracts", "breaking", "--home", "shop", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == ["pub_old__things is no longer promised"]


@pytest.mark.parametrize("order", [("--home", "HOME", "tables"), ("tables", "--home", "HOME")])
def test_the_home_may_be_named_before_the_command_or_behind_it(shop_home: Home, order: tuple[str, ...]) -> None:
    given = cli.parser().parse_args([str(shop_home.path) if word == "HOME" else word for word in order])
    assert given.home == shop_home.path
    assert given.json is False
