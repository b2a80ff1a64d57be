"""`goldseam night` as a user types it: the DAG files in one process, a good night and one with the CRM down."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from mining_tasks.warehouse import surfaces
from mining_tasks.warehouse.home import Home
from tests.night import homes


@contextmanager
def silos(home: Home, *down: str) -> Iterator[None]:
    """The home's silos, up but for some; `goldseam` does not know that it could start the missing ones itself."""
    prepared = home.path / "demo" / "prepared.json"
    with homes.opened(home, *down):
        hidden = prepared.rename(prepared.with_suffix(".hidden"))
        try:
            yield
        finally:
            hidden.rename(prepared)


def goldseam(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mining_tasks.cli", *arguments, "--home", str(home.path)]
    environment = os.environ | {"GOLDSEAM_RETRIES": "0"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_good_night_and_then_one_with_the_crm_down(home_after):
    shop = home_after(1)
    with silos(shop):
        good = goldseam(shop, "night", "--night", str(homes.SECOND))
    assert good.returncode == 0, good.stdout + good.stderr
    assert "All families are published and fresh." in good.stdout
    assert good.stdout.count(" ok\n") >= 29
    with silos(shop, "crm"):
        ran = goldseam(shop, "night", "--night", str(homes.THIRD), "--json")
        found = json.loads(ran.stdout)
        tables = surfaces.tables()
    assert ran.returncode == found["exit_status"] == 3
    assert found["dags"][str(homes.THIRD)]["crm"] == "failed"
    assert {state for dag, state in found["dags"][str(homes.THIRD)].items() if dag != "crm"} == {"success"}
    told = {(t["family"], t["night"], t["is_stale"], t["data_as_of"]) for t in tables if t["family"] != "models"}
    families = ("customers", "identities", "segments", "churn", "lifetime_value", "campaigns", "quality")
    assert told == {(family, homes.THIRD, True, homes.SECOND) for family in families}
    assert "SilentSource: crm: /crm/v3/objects/contacts" in ran.stderr


def test_a_first_night_without_the_crm_publishes_nothing_and_says_so(real_data, tmp_path):
    home = homes.make(tmp_path / "home", 60)
    with silos(home, "crm"):
        ran = goldseam(home, "night", "--night", str(homes.SECOND), "--json")
        found = json.loads(ran.stdout)
    assert ran.returncode == 1
    states = found["dags"][str(homes.SECOND)]
    assert (states["crm"], states["shop"], states["support"]) == ("failed", "success", "success")
    mined = ("segments", "churn", "lifetime_value", "campaigns")
    assert {states[dag] for dag in ("identities", "customers", *mined, "models", "quality")} == {"waiting"}
    assert {family["night"] for family in found["families"]} == {None}
    assert (home.airflow / "logs" / f"night-{date(2018, 1, 1)}.log").exists()
