"""`goldseam demo plant`, as people type it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mining_tasks import cli
from mining_tasks.commands import demo
from mining_tasks.demo import settings
from tests.house.code import ROOT

SMALL = ("--customers", "60", "--days", "40")


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Path]:
    """A place for a home; what the command puts into the environment is taken out again."""
    before = dict(os.environ)
    yield tmp_path / "home"
    os.environ.clear()
    os.environ.update(before)


def test_it_makes_a_home_that_is_ready_for_its_last_night(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--home", str(nowhere), "demo", "plant", *SMALL]) == 0
    said = capsys.readouterr().out
    assert "60 customers" in said
    assert "night, for 2026-10-26" in said
    assert {"sources.toml", "objectives.toml", "connections.env", "hash.key", "vault.key", "demo"} <= {
        path.name for path in nowhere.iterdir()
    }
    assert (nowhere / "connections.env").stat().st_mode & 0o077 == 0
    assert settings.SHOP in os.environ
    with demo.silos_if_demo() as night:
        assert str(night) == "2026-10-26"
    assert cli.main(["--home", str(nowhere), "demo", "plant", *SMALL]) == 0
    assert "there already" in capsys.readouterr().out
    assert cli.main(["--home", str(nowhere), "demo", "plant", *SMALL, "--seed", "2"]) == 0
    assert json.loads((nowhere / "demo" / "prepared.json").read_text())["planted"]["seed"] == 2


def test_with_out_it_writes_files_and_makes_no_home(nowhere: Path, tmp_path: Path) -> None:
    assert cli.main(["--home", str(nowhere), "demo", "plant", *SMALL, "--out", str(tmp_path / "shop")]) == 0
    assert {path.name for path in (tmp_path / "shop").iterdir()} == {"shop.db", "crm.db", "desk.db", "drops", "truth"}
    assert not (nowhere / "sources.toml").exists()


@pytest.mark.parametrize("size", ["0", "-5", "many"])
def test_a_size_that_is_none_is_refused(size: str, nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--home", str(nowhere), "demo", "plant", "--customers", size])
    assert "--customers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shop", "expected"), [("planted", "demo plant --customers 5000"), ("real", "night --demo --night 2018-01-01")]
)
def test_make_night_runs_on_the_shop_that_is_asked_for(shop: str, expected: str) -> None:
    asked = ["make", "-n", "night", f"SHOP={shop}", "PLANT=--customers 5000"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert expected in done.stdout
