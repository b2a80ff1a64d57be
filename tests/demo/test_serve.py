"""The demo's servers run in a process of their own, answer at the addresses of connections.env, and end when told."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.demo.prepare import prepare
from mining_tasks.demo.serve import NotServing, is_serving, serving
from mining_tasks.demo.server import Server
from mining_tasks.demo.settings import CRM, DESK, NotTheDemo, door
from mining_tasks.demo.silos import crm, silos
from tests.demo.silos import all_of_crm, all_of_desk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A demo of its own: the tests here bind its ports."""
    prepare(tmp_path, limit_households=20)
    return tmp_path


def _ask(home: Path) -> tuple[int, int]:
    to_crm, to_desk = door(home, CRM), door(home, DESK)
    with httpx.Client(base_url=to_crm.host, headers={"Authorization": f"Bearer {to_crm.password}"}) as client:
        contacts = len(all_of_crm(client, "contacts")[0])
    with httpx.Client(base_url=to_desk.host, auth=(to_desk.login, to_desk.password)) as client:
        return contacts, len(all_of_desk(client, "users")[0])


def test_both_silos_answer_while_the_block_runs_and_not_after(home: Path) -> None:
    assert not is_serving(home)
    with serving(home):
        contacts, users = _ask(home)
        assert contacts > 0
        assert users > 0
    assert not is_serving(home)


def test_a_second_block_uses_the_servers_of_the_first(home: Path) -> None:
    with serving(home):
        with serving(home):
            assert _ask(home)
        assert is_serving(home)


def test_the_servers_end_when_whoever_started_them_is_killed(home: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from mining_tasks.demo.serve import serving\n"
        "with serving(Path(sys.argv[1])): print('up', flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    assert is_serving(home)
    parent.kill()
    parent.communicate()
    for _ in range(200):
        if not is_serving(home):
            break
        time.sleep(0.05)
    assert not is_serving(home)


def test_a_port_that_somebody_else_holds_is_named(home: Path) -> None:
    with (
        crm(home / "demo" / "crm.db", "other", door(home, CRM).port),
        pytest.raises(NotServing, match=f"port {door(home, CRM).port}"),
        serving(home),
    ):
        pass


def test_in_this_process_a_test_can_tell_them_to_misbehave(home: Path) -> None:
    with silos(home) as both:
        assert isinstance(both.desk, Server)
        fault = both.crm.faults.add(Misbehaviour(status=503))
        with pytest.raises(httpx.HTTPStatusError):
            _ask(home)
        assert fault.fired == 1
        assert _ask(home)


def test_a_home_without_a_demo_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NotTheDemo, match="Next: prepare the demo"), serving(tmp_path):
        pass


def test_servers_listen_on_loopback_alone(home: Path) -> None:
    assert door(home, CRM).host.startswith("http://127.0.0.1:")
    assert door(home, DESK).host.startswith("http://127.0.0.1:")
