"""Asking a REST system with manners: limits on time and size, retries that listen to Retry-After, no redirects."""

import logging
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import tenacity

from mining_tasks.sources import json_text
from mining_tasks.sources.connections import Connection, connection, is_loopback
from mining_tasks.sources.faults import Drifted, RateLimited, Refused, SilentSource
from mining_tasks.sources.settings import Silo

CONNECT_SECONDS = 10.0
MOST_BYTES = 64 * 1024 * 1024  # of one page, unpacked; HubSpot's largest are a few MB
logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every URL with its cursor
TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)


class Asker(AbstractContextManager["Asker"]):
    """One session with a silo, with one deadline for all that it is asked."""

    def __init__(self, silo: Silo) -> None:
        self._silo, self._patience = silo, silo.patience
        known = connection(silo.connection)
        base = known.base_url
        timeout = httpx.Timeout(self._patience.read_seconds, connect=CONNECT_SECONDS)
        self._client = httpx.Client(
            base_url=base,
            headers={"Accept": "application/json", "User-Agent": "goldseam"} | _token(silo, known),
            auth=_login(silo, known),
            timeout=timeout,
            follow_redirects=False,
            trust_env=not is_loopback(urlsplit(base).hostname or ""),  # a proxy cannot reach this machine
        )
        self._deadline = time.monotonic() + silo.deadline_minutes * 60

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def ask(self, path: str, parameters: Mapping[str, str | int]) -> Any:
        """The parsed answer. Raises `Refused` or `Drifted` at once, `SilentSource` or `RateLimited` after retries."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((SilentSource, RateLimited)),
            stop=self._is_enough,
            wait=self._wait,
            reraise=True,
        )
        return retrying(self._once, path, parameters)

    def _once(self, path: str, parameters: Mapping[str, str | int]) -> Any:
        try:
            with self._client.stream("GET", path, params=dict(parameters)) as response:
                self._judge(path, response)
                body = self._body(path, response)
        except httpx.RequestError as fault:  # its text holds the URL, and a cursor may hold anything
            raise SilentSource(f"{self._silo.name}: {path} broke off: {type(fault).__name__}") from None
        try:
            return json_text.loads(body.decode("utf-8", "surrogateescape"))
        except ValueError as fault:
            raise SilentSource(f"{self._silo.name}: {path} came mangled: {fault}") from None

    def _judge(self, path: str, response: httpx.Response) -> None:
        status, kind = response.status_code, response.headers.get("Content-Type", "")
        subject = f"{self._silo.name}: {path} answers {status}"
        if status in TRY_AGAIN:
            fault = (RateLimited if status == 429 else SilentSource)(subject)
            fault.retry_after = _retry_after(response.headers.get("Retry-After"))
            raise fault
        if status in (401, 403):
            raise Refused(f"{subject}: it refuses what connection {self._silo.connection} holds")
        if status == 404:
            raise Drifted(f"{subject}: there is no such listing")
        if status != 200:
            raise Refused(f"{subject}, which is no data" + (" (redirects are not followed)" if status < 400 else ""))
        if "json" not in kind.lower():
            raise Refused(f"{subject} with {kind.split(';')[0][:40]!r} where JSON was due: a login page?")

    def _body(self, path: str, response: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise Refused(f"{self._silo.name}: {path} sent a page of more than {MOST_BYTES:,} bytes")
            if time.monotonic() > self._deadline:
                raise SilentSource(f"{self._silo.name}: {path} was not read in full when the deadline came")
        return b"".join(parts)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """As told, or doubling with jitter; never longer than the cap."""
        fault = state.outcome.exception() if state.outcome else None
        told = getattr(fault, "retry_after", None)
        if told is None:
            told = tenacity.wait_random_exponential(self._patience.first_wait_seconds)(state)
        return float(min(told, self._patience.longest_wait_seconds))

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        waited_until = time.monotonic() + (state.upcoming_sleep or 0.0)
        return state.attempt_number >= self._patience.tries or waited_until > self._deadline


def _retry_after(said: str | None) -> float | None:
    """Seconds to wait, said as seconds or as an HTTP date (RFC 9110, 10.2.3); None if nothing readable was said."""
    if not said:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _token(silo: Silo, known: Connection) -> dict[str, str]:
    is_bearer = silo.style is not None and silo.style.auth == "bearer"
    return {"Authorization": f"Bearer {known.password}"} if is_bearer else {}


def _login(silo: Silo, known: Connection) -> httpx.BasicAuth | None:
    is_basic = silo.style is not None and silo.style.auth == "basic"
    return httpx.BasicAuth(known.login, known.password) if is_basic else None
