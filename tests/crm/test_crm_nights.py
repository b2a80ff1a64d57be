"""The CRM over two nights, and a CRM that is down, refuses or stumbles."""

from typing import Any

import pytest

from mining_tasks.crm import steps
from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.demo.silos import Silos, silos
from mining_tasks.sources.faults import Refused, SilentSource
from mining_tasks.warehouse.home import Home
from tests.sources.nights import FIRST, SECOND, core, received, run

CORE = ("contacts", "consents", "campaigns", "campaign_contacts")


def state() -> dict[str, list[dict[str, Any]]]:
    return {things: core(f"core_crm__{things}", SECOND) for things in CORE}


def test_two_nights_know_what_one_night_would_have_known(demo_home: Home) -> None:
    run(steps, SECOND, demo_home)
    at_once = state()
    assert all(at_once.values())
    run(steps, FIRST, demo_home)
    run(steps, SECOND, demo_home)
    assert state() == at_once
    assert all(quarantined == 0 for _, quarantined in received(SECOND).values())


def test_a_crm_that_is_down_leaves_no_landing_and_yesterday_as_it_was(demo_home: Home) -> None:
    run(steps, FIRST, demo_home)
    impatient(demo_home)
    with pytest.raises(SilentSource, match="ConnectError"):
        steps.fetch(SECOND)
    assert not list(demo_home.landing.glob(f"*/night={SECOND}/*"))
    assert core("core_crm__contacts", FIRST)


def test_a_listing_that_fails_late_leaves_no_address_to_go_on_with(demo_home: Home) -> None:
    impatient(demo_home)
    with silos(demo_home.path) as served:
        fault = served.crm.faults.add(Misbehaviour(status=403, path="campaign_contacts", times=99))
        with pytest.raises(Refused):
            steps.fetch(SECOND)
    assert fault.fired == 1


def test_a_crm_that_stumbles_on_every_listing_loses_nothing(demo_home: Home) -> None:
    impatient(demo_home)
    run(steps, SECOND, demo_home)
    smooth, stumbles = state(), []

    def spoil(served: Silos) -> None:
        for path in ("contacts", "statuses", "campaigns", "campaign_contacts"):
            stumbles.append(served.crm.faults.add(Misbehaviour("truncated", at_page=1, path=f"/{path}")))

    run(steps, SECOND, demo_home, spoil)
    assert [fault.fired for fault in stumbles] == [1, 1, 1, 1]
    assert state() == smooth


def impatient(home: Home) -> None:
    """Tests do not wait for a silo as a night does."""
    file = home.path / "sources.toml"
    file.write_text(file.read_text().replace('style = "hubspot"', 'style = "hubspot"\nfirst_wait_seconds = 0.01'))
