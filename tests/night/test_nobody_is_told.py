"""R7 and X6: a person planted in every silo, and our secrets, are in no log, report, model or table but the vault.

The nights are run as a user types them, one that goes well and one in which CRM and desk send nonsense about her.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import expectations
from expectations.words import Pii
from mining_tasks.demo import settings
from mining_tasks.warehouse import data_docs, quarantine, set_aside, shelf, unsealed
from tests.night import homes, picture, scan, sentinel
from tests.night.homes import SECOND, THIRD

pytestmark = pytest.mark.xdist_group("nobody is told")
HERS = ("landing/raw_support__tickets", "warehouse/core_support__tickets")  # what she wrote, as she wrote it
REACHED_BY = ("core_shop__customers", "core_crm__contacts", "core_support__requesters")
COMMANDS = (
    "status --json",
    "tables --json",
    "check-sources",
    "quarantine list",
    "quarantine show raw_crm__contacts --night 2018-01-01",
)


@dataclass
class Nights:
    """A home after both nights, all that was said on the terminal, and which files hold her or a secret of ours."""

    home: Path
    said: list[subprocess.CompletedProcess[str]]
    where: dict[str, list[str]]


@pytest.fixture(scope="module")
def nights(real_data: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    home = homes.make(tmp_path_factory.mktemp("sentinel") / "home")
    with homes.opened(home) as shop:
        sentinel.plant(shop)
        said = [goldseam(home.path, "night", "--night", str(SECOND))]
        faults = sentinel.garbage(shop)
        said.append(goldseam(home.path, "night", "--night", str(THIRD)))
        assert all(fault.fired for fault in faults)
        said += [goldseam(home.path, *words.split()) for words in COMMANDS]
        for night in (SECOND, THIRD):
            data_docs.build(night)
        every = [*sentinel.EVERYTHING, *secrets(home.path)]
        yield Nights(home.path, said, scan.found(every, home.path, is_looked_into))


def secrets(home: Path) -> list[str]:
    doors = [settings.door(home, name) for name in (settings.CRM, settings.DESK)]
    return [*(door.password for door in doors), *(file.read_text().strip() for file in home.glob("*.key"))]


def goldseam(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mining_tasks.cli", *arguments, "--home", str(home)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"GOLDSEAM_RETRIES": "0"}
    )


def is_kept_for_us(file: str) -> bool:
    """Rows of tables with free text, in which a person may name herself, as they came and as typed."""
    place, _, rest = file.partition("/")
    promised = expectations.tables().get(rest.partition("/")[0])
    holds_words = promised is not None and any(column.pii == Pii.FREE_TEXT for column in promised.columns)
    return holds_words and place in ("landing", "drafts", "warehouse")


def is_looked_into(file: str) -> bool:
    """Everything but the silos, and of what is kept for us only enough to prove that the scan finds her."""
    return not file.startswith("demo/") and (not is_kept_for_us(file) or file.startswith(HERS))


def test_she_was_really_there(nights, tmp_path):
    good, bad, *_ = nights.said
    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    for place in HERS:
        assert any(file.startswith(f"{place}/") for file in nights.where), f"the scan does not find her in {place}"
    for name in REACHED_BY:
        opened = unsealed.table(shelf.read(expectations.table(name), SECOND))
        pq.write_table(opened, tmp_path / f"{name}.parquet")
    asides = {
        row["table"]: set_aside.rows(expectations.table(row["table"]), SECOND) for row in quarantine.listed(SECOND)
    }
    assert asides.keys() == {"raw_shop__customers", "raw_shop__orders", "raw_crm__contacts", "raw_support__tickets"}
    for name, rows in asides.items():
        pq.write_table(rows, tmp_path / f"aside_{name}.parquet")
    found = scan.found(sentinel.EVERYTHING, tmp_path)
    assert found.keys() == {path.name for path in tmp_path.iterdir()}, "the vault and quarantine hold her, unsealed"
    assert {text for texts in found.values() for text in texts} >= set(sentinel.EVERYTHING) - sentinel.DERIVED
    links = picture.rows(expectations.table("core_identities__links"), SECOND).to_pylist()
    hers = {link["customer_id"] for link in links if link["account_id_source"] == str(sentinel.ID)}
    assert len(hers) == 1, "all three silos know her, and she is one customer of tonight's"
    customers = {row["customer_id"] for row in picture.ask("SELECT customer_id FROM pub_segments__customers")}
    assert hers < customers


def test_she_stands_in_no_file_but_those_that_are_kept_for_us(nights):
    told = {file: set(texts) & set(sentinel.EVERYTHING) for file, texts in nights.where.items()}
    assert {file: texts for file, texts in told.items() if texts and not is_kept_for_us(file)} == {}
    looked_at = {path.relative_to(nights.home).parts[0] for path in nights.home.rglob("*") if path.is_file()}
    assert {
        "airflow",
        "mlflow",
        "reports",
        "warehouse",
        "vault",
        "quarantine",
        "ledger.db",
        "published.duckdb",
    } <= looked_at


def test_nothing_of_her_and_no_secret_was_said_on_the_terminal(nights, tmp_path):
    for number, said in enumerate(nights.said):
        (tmp_path / f"{number}.txt").write_text(said.stdout + said.stderr)
    assert (tmp_path / "1.txt").stat().st_size > 1000
    assert scan.found([*sentinel.EVERYTHING, *secrets(nights.home)], tmp_path) == {}


def test_no_secret_stands_anywhere_but_where_it_is_kept(nights):
    kept = {file for file, texts in nights.where.items() if set(texts) & set(secrets(nights.home))}
    assert kept == {"connections.env", "hash.key", "vault.key", "id.key"}


def test_a_wrong_token_is_told_without_the_token(nights):
    wrong = "a-token-that-was-withdrawn-4711"
    line = json.loads(settings._lines(nights.home)[settings.CRM]) | {"password": wrong}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.CRM, json.dumps(line))
        ran = goldseam(nights.home, "check-sources")
    assert "401" in ran.stdout + ran.stderr
    assert wrong not in ran.stdout + ran.stderr
