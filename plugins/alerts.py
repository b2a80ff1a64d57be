"""Who hears of a failure: the owner named in the contract, in the log and, where set up, by mail or webhook."""

import json
import logging
import os
import smtplib
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

SECONDS = 10  # an alert that cannot be delivered must not hold up the night
log = logging.getLogger("goldseam.alerts")


def tell_owner(context: Mapping[str, Any]) -> None:
    """Airflow's failure callback: who owns the table, what failed, which command is next. No data, no values."""
    instance, run = context["ti"], context["dag_run"]
    night = run.partition_key or (run.conf or {}).get("night", "?")
    fault = type(context.get("exception")).__name__
    subject = f"{instance.dag_id}.{instance.task_id} failed for the night of {night}: {fault}"
    owner = context["task"].owner
    text = f"{subject}. Owner: {owner}. Next: {next_command(night)}"
    log.error(text)
    for send in (_mail, _post):
        _try(send, owner, subject, text)


def next_command(night: str) -> str:
    """What to type after a failure."""
    return f"goldseam status; mend the cause; goldseam night --night {night} (or clear the run in Airflow)"


def _try(send: Any, owner: str, subject: str, text: str) -> None:
    try:
        send(owner, subject, text)
    except OSError as fault:
        log.warning("the alert could not be sent by %s: %s", send.__name__, type(fault).__name__)


def _mail(owner: str, subject: str, text: str) -> None:
    """Send by the server in GOLDSEAM_ALERT_SMTP (`host:port`) as GOLDSEAM_ALERT_FROM; off where it is not set."""
    server = os.environ.get("GOLDSEAM_ALERT_SMTP")
    if not server:
        return
    message = EmailMessage()
    message["From"], message["To"] = os.environ.get("GOLDSEAM_ALERT_FROM", "goldseam@localhost"), owner
    message["Subject"] = subject
    message.set_content(text)
    host, _, port = server.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as smtp:
        smtp.send_message(message)


def _post(owner: str, subject: str, text: str) -> None:
    """Post JSON with `text` and `owner` to GOLDSEAM_ALERT_WEBHOOK; off where it is not set."""
    url = os.environ.get("GOLDSEAM_ALERT_WEBHOOK", "")
    if not url.startswith(("https://", "http://127.0.0.1")):
        return
    body = json.dumps({"text": text, "title": subject, "owner": owner}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 the scheme was checked
    urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310 the scheme was checked
