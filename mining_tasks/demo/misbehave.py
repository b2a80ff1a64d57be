"""Carries out a fault on one request."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mining_tasks.demo.faults import Misbehaviour
from mining_tasks.demo.paging import Cursor

LOGIN_PAGE = "<!doctype html><html><title>Sign in</title><form><input name=user><input name=password></form></html>"
LINGER_ZERO = struct.pack("ii", 1, 0)  # closing now sends RST instead of FIN


@dataclass
class _Answer:
    """What the silo would have said."""

    messages: list[Message] = field(default_factory=list)

    async def keep(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def start(self) -> Message:
        return self.messages[0]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


def misbehave(fault: Misbehaviour, silo: ASGIApp) -> ASGIApp:
    """An app that answers this one request as the fault says."""
    if fault.how == "status":
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else None
        return JSONResponse({"status": "error", "message": "told to fail"}, fault.status, headers)
    if fault.how == "login_page":
        return HTMLResponse(LOGIN_PAGE)
    act = _ACTS[fault.how]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()
        await silo(scope, receive, answer.keep)
        await act(fault, answer, scope, send)

    return app


async def _truncated(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    await send(answer.start)  # announces the whole length
    await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})


async def _reset(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    transport = scope["state"]["transport"]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    transport.abort()


async def _slow(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    await asyncio.sleep(fault.seconds)
    for message in answer.messages:
        await send(message)


async def _trickle(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    await send(answer.start)
    for byte in answer.body:
        await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        await asyncio.sleep(fault.seconds)
    await send({"type": "http.response.body"})


async def _loop(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    asked = parse_qs(scope["query_string"].decode())
    here = asked.get("after", asked.get("cursor", [Cursor().text()]))[0]
    await _rewrite(lambda payload: _naming_itself(payload, here), answer, send)


async def _rewritten(fault: Misbehaviour, answer: _Answer, scope: Scope, send: Send) -> None:
    await _rewrite(fault.rewrite or dict, answer, send)


async def _rewrite(rewrite: Callable[[dict[str, Any]], dict[str, Any]], answer: _Answer, send: Send) -> None:
    body = json.dumps(rewrite(json.loads(answer.body))).encode()
    length = (b"content-length", str(len(body)).encode())
    headers = [header for header in answer.start["headers"] if header[0] != b"content-length"]
    await send({**answer.start, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def _naming_itself(payload: dict[str, Any], here: str) -> dict[str, Any]:
    if "after_cursor" in payload:
        return {**payload, "after_cursor": here, "end_of_stream": False}
    return {**payload, "paging": {"next": {"after": here}}}


_ACTS = {
    "truncated": _truncated,
    "reset": _reset,
    "slow": _slow,
    "trickle": _trickle,
    "loop": _loop,
    "rewritten": _rewritten,
}
