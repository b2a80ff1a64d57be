"""R7 and X6: a person planted in every silo, and our secrets, are in no log, report, model or published table.

The nights are run as a user types them, one that goes well and one in which CRM and desk send nonsense about her.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import expectations
from expectations.words import Pii
from mining_tasks.demo import settings
from mining_tasks.warehouse import data_docs, quarantine
from tests.night import homes, picture, scan, sentinel
from tests.night.homes import SECOND, THIRD

pytestmark = pytest.mark.xdist_group("nobody is told")
PERSONAL = {Pii.CONTACT, Pii.FREE_TEXT, Pii.SENSITIVE}
OF_SILOS = ("demo", "connections.env")  # the silos themselves, and how we reach them
COMMANDS = (
    "status --json",
    "tables --json",
    "check-sources",
    "quarantine list",
    "quarantine show raw_crm__contacts --night 2018-01-01",
)


@dataclass
class Nights:
    """A home after both nights, and all that was said on the terminal."""

    home: Path
    said: list[subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def nights(real_data: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    home = homes.make(tmp_path_factory.mktemp("sentinel") / "home")
    with homes.opened(home) as shop:
        sentinel.plant(shop)
    said = []
    with homes.opened(home) as shop:
        said.append(goldseam(home.path, "night", "--night", str(SECOND)))
        faults = sentinel.garbage(shop)
        said.append(goldseam(home.path, "night", "--night", str(THIRD)))
        assert all(fault.fired for fault in faults)
        said += [goldseam(home.path, *words.split()) for words in COMMANDS]
        for night in (SECOND, THIRD):
            data_docs.build(night)
        yield Nights(home.path, said)


def goldseam(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mining_tasks.cli", *arguments, "--home", str(home)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"GOLDSEAM_RETRIES": "0"}
    )


def may_hold(table: str) -> bool:
    """Whether a table's contract says that it holds contact data or free text."""
    return any(column.pii in PERSONAL for column in expectations.table(table).columns)


def is_kept_for_us(file: str) -> bool:
    """Files in which she may stand: landed, quarantined and drafted rows, and accepted ones, never for readers."""
    place, _, rest = file.partition("/")
    if place in OF_SILOS:
        return True
    return place in ("landing", "quarantine", "drafts", "warehouse") and may_hold(rest.partition("/")[0])


def test_she_was_really_there(nights):
    good, bad, *_ = nights.said
    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    where = scan.found(sentinel.EVERYTHING, nights.home)
    for place in (
        "landing/raw_shop__customers",
        "warehouse/core_shop__customers",
        "warehouse/core_crm__contacts",
        "warehouse/core_support__tickets",
    ):
        assert any(file.startswith(place) for file in where), f"the scan does not find her in {place}"
    asides = [row["table"] for row in quarantine.listed(SECOND)]
    assert {"raw_shop__customers", "raw_shop__orders", "raw_crm__contacts", "raw_support__tickets"} <= set(asides)
    for table in asides:
        assert any(file.startswith(f"quarantine/{table}/") for file in where), table
    everywhere = {text for texts in where.values() for text in texts}
    assert everywhere == set(sentinel.EVERYTHING) - {sentinel.PHONE_E164, sentinel.PHONE_NATIONAL}
    links = picture.rows(expectations.table("core_identities__links"), SECOND).to_pylist()
    hers = {link["customer_id"] for link in links if link["account_id_source"] == str(sentinel.ID)}
    assert len(hers) == 1, "all three silos know her, and she is one customer of tonight's"
    assert picture.ask(f"SELECT * FROM pub_segments__customers WHERE customer_id = '{hers.pop()}'")


def test_she_stands_in_no_file_but_those_that_are_kept_for_us(nights):
    where = scan.found(sentinel.EVERYTHING, nights.home)
    assert {file: texts for file, texts in where.items() if not is_kept_for_us(file)} == {}
    looked_at = {path.relative_to(nights.home).parts[0] for path in nights.home.rglob("*") if path.is_file()}
    assert {"airflow", "mlflow", "reports", "warehouse", "ledger.db", "published.duckdb"} <= looked_at


def test_she_stands_in_nothing_that_was_said_on_the_terminal(nights, tmp_path):
    for number, said in enumerate(nights.said):
        (tmp_path / f"{number}.txt").write_text(said.stdout + said.stderr)
    assert (tmp_path / "1.txt").stat().st_size > 1000
    assert scan.found(sentinel.EVERYTHING, tmp_path) == {}


def test_no_secret_stands_anywhere_but_where_it_is_kept(nights, tmp_path):
    doors = [settings.door(nights.home, name) for name in (settings.CRM, settings.DESK)]
    secrets = [*(door.password for door in doors), (nights.home / "hash.key").read_text().strip()]
    for number, said in enumerate(nights.said):
        (tmp_path / f"{number}.txt").write_text(said.stdout + said.stderr)
    assert scan.found(secrets, tmp_path) == {}
    assert set(scan.found(secrets, nights.home)) == {"connections.env", "hash.key"}


def test_a_wrong_token_is_told_without_the_token(nights):
    wrong = "a-token-that-was-withdrawn-4711"
    line = json.loads(settings._lines(nights.home)[settings.CRM]) | {"password": wrong}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.CRM, json.dumps(line))
        ran = goldseam(nights.home, "check-sources")
    assert "401" in ran.stdout + ran.stderr
    assert wrong not in ran.stdout + ran.stderr
