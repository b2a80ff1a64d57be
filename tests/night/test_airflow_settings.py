"""The small parts around Airflow: settings, secrets, alerts, the lock of a home, and processes that are kept alive."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from plugins import alerts, settings
from plugins.alone import InUse, alone
from plugins.progress import what_happened
from plugins.supervise import RESTARTS, DidNotStart, Kept


def test_nothing_of_another_airflow_on_the_machine_leaks_in(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://elsewhere/theirs")
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True")
    monkeypatch.setenv("AIRFLOW__SOMETHING__ELSE", "1")
    monkeypatch.setenv("AIRFLOW_CONN_GOLDSEAM_SHOP", "sqlite:///shop.db")
    found = settings.environment(tmp_path)
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/airflow/airflow.db"
    assert found["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    assert "AIRFLOW__SOMETHING__ELSE" not in found
    assert found["AIRFLOW_CONN_GOLDSEAM_SHOP"] == "sqlite:///shop.db"


def test_keys_and_passwords_are_drawn_once_per_home_and_read_by_their_owner_only(tmp_path):
    homes = [tmp_path / name for name in ("north", "south")]
    first, again = ([settings.environment(home)["AIRFLOW__CORE__FERNET_KEY"] for home in homes] for _ in range(2))
    assert first == again
    assert len(set(first)) == 2
    passwords = {settings.password(home, name) for home in homes for name in ("airflow", "mlflow")}
    assert len(passwords) == 4
    assert min(map(len, passwords)) >= 20
    files = [file for file in tmp_path.rglob("*.json")]
    assert len(files) == 6
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("zone", "cron"),
    [
        ("UTC", "0 1 * * *"),
        ("Europe/Vienna", "0 1 * * *"),
        ("Pacific/Auckland", "0 1 * * *"),
        ("America/New_York", "0 6 * * *"),
        ("America/Los_Angeles", "0 9 * * *"),
    ],
)
def test_a_night_starts_when_the_business_day_has_ended_in_the_shops_zone_all_year(zone, cron):
    assert settings.night_cron(zone) == cron


def context(**exception: Any) -> dict[str, Any]:
    run = SimpleNamespace(partition_key="2018-01-01", conf={})
    instance = SimpleNamespace(dag_id="shop", task_id="fetch")
    fault = OSError("jane.doe@example.com has the password hunter2")
    return {"ti": instance, "dag_run": run, "task": SimpleNamespace(owner="owner@example.com"), "exception": fault}


def test_an_alert_goes_to_the_webhook_with_owner_and_next_step_and_without_any_value(monkeypatch):
    with listening(Webhook) as (server, heard):
        monkeypatch.setenv("GOLDSEAM_ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.delenv("GOLDSEAM_ALERT_SMTP", raising=False)
        alerts.tell_owner(context())
    (said,) = heard
    assert said["owner"] == "owner@example.com"
    assert "shop.fetch failed for the night of 2018-01-01: OSError" in said["text"]
    assert "goldseam night --night 2018-01-01" in said["text"]
    assert "hunter2" not in str(said)


def test_an_alert_goes_by_mail_to_the_owner(monkeypatch):
    sent: list[bytes] = []
    monkeypatch.setattr(alerts.smtplib, "SMTP", lambda host, port, timeout: Post(sent, (host, port)))
    monkeypatch.setenv("GOLDSEAM_ALERT_SMTP", "mail.example.com:2525")
    alerts.tell_owner(context())
    message = message_from_bytes(sent[0])
    assert (message["To"], message["Subject"]) == (
        "owner@example.com",
        "shop.fetch failed for the night of 2018-01-01: OSError",
    )


def test_an_alert_that_cannot_be_sent_does_not_break_the_night(monkeypatch, caplog):
    monkeypatch.setenv("GOLDSEAM_ALERT_SMTP", "127.0.0.1:1")
    monkeypatch.setenv("GOLDSEAM_ALERT_WEBHOOK", "http://127.0.0.1:1/")
    alerts.tell_owner(context())
    assert caplog.text.count("could not be sent") == 2


def test_a_webhook_in_the_clear_beyond_this_machine_is_not_used(monkeypatch):
    monkeypatch.setenv("GOLDSEAM_ALERT_WEBHOOK", "http://example.com/hook")
    monkeypatch.setattr(alerts.urllib.request, "urlopen", lambda *a, **k: pytest.fail("it was used"))
    alerts.tell_owner(context())


def test_of_foreign_faults_only_the_kind_is_shown_to_people():
    ours = type("NotPublished", (ValueError,), {"__module__": "mining_tasks.warehouse.publish"})
    assert what_happened(ours("segments: refused\nmore")) == "NotPublished: segments: refused"
    assert what_happened(KeyError("jane.doe@example.com")) == "KeyError"


def test_a_home_has_one_airflow_at_a_time(tmp_path):
    holder = "import sys, time; sys.path.insert(0, sys.argv[1])\nfrom pathlib import Path\nfrom alone import alone\n"
    holder += "with alone(Path(sys.argv[2]), 'goldseam ui'):\n    print('held', flush=True)\n    time.sleep(60)"
    command = [sys.executable, "-c", holder, str(settings.HOUSE / "plugins"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(InUse, match=rf"goldseam ui \(process {process.pid}\) is at work"), alone(tmp_path, "night"):
            pytest.fail("both are in")
        process.kill()
    with alone(tmp_path, "night"):
        pass


def kept(tmp_path: Path, code: str) -> Kept:
    return Kept("it", [sys.executable, "-c", code], dict(os.environ), tmp_path / "logs" / "it.log")


def test_a_process_that_keeps_dying_is_given_up_with_its_log_named(tmp_path):
    it = kept(tmp_path, "raise SystemExit('no port')")
    it.start()
    for _ in range(RESTARTS):
        it.process.wait()
        assert it.restart_if_dead()
    it.process.wait()
    with pytest.raises(DidNotStart, match=r"it died 5 times.*it\.log"):
        it.restart_if_dead()
    assert (tmp_path / "logs" / "it.log").read_text().count("no port") == RESTARTS + 1


def test_a_process_that_ends_before_it_answers_did_not_start(tmp_path):
    it = kept(tmp_path, "pass")
    it.start()
    with pytest.raises(DidNotStart):
        it.wait_for(lambda: False, seconds=60)


def test_stopping_a_process_ends_what_it_left_behind(tmp_path):
    child = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); "
    it = kept(tmp_path, f"{child}open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(60)")
    it.start()
    file = tmp_path / "pid"
    it.wait_for(lambda: file.exists() and file.read_text() != "", seconds=60)
    left_behind = psutil.Process(int(file.read_text()))
    it.stop()
    assert not it.is_alive
    assert _is_gone(left_behind)


def _is_gone(process: psutil.Process) -> bool:
    for _ in range(100):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


class Post:
    """A mail server that keeps what it is given."""

    def __init__(self, sent: list[bytes], address: tuple[str, int]) -> None:
        assert address == ("mail.example.com", 2525)
        self.sent = sent

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_message(self, message: Any) -> None:
        self.sent.append(bytes(message))


class Webhook(BaseHTTPRequestHandler):
    """Hears one alert after the other."""

    def do_POST(self) -> None:  # noqa: N802 the name is the standard library's
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class listening:  # noqa: N801 reads as a word in a with statement
    """A server on loopback, and the list of what it heard."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.server = HTTPServer(("127.0.0.1", 0), handler)
        self.server.heard = []

    def __enter__(self) -> tuple[HTTPServer, list[Any]]:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server, self.server.heard

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
