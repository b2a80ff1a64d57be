"""What stands before a demo silo: counts requests, lets faults strike, holds the rate limit, asks for the key."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mining_tasks.demo import cursors
from mining_tasks.demo.faults import Faults, Misbehaviour
from mining_tasks.demo.limits import RateLimit

HEALTH = "/health"  # open to all: says only which silo of which demo answers
LOGIN_PAGE = "<!doctype html><html><title>Sign in</title><form><input name=user><input name=password></form></html>"
BAD_GATEWAY = 502


@dataclass
class Gate:
    """An ASGI app around a silo; `authorization` is the header a caller must send."""

    silo: ASGIApp
    authorization: str
    limit: RateLimit
    faults: Faults
    requests: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["path"] == HEALTH:
            await self.silo(scope, receive, send)
            return
        self.requests += 1
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        fault = self.faults.strike(scope["path"], _page(scope))
        await (self.silo(scope, receive, send) if fault is None else _misbehave(fault, self.silo, scope, send))

    def _refusal(self, scope: Scope) -> Response | None:
        if not compare_digest(_header(scope, b"authorization"), self.authorization.encode()):
            return JSONResponse({"status": "error", "message": "Authentication credentials not found"}, 401)
        wait = self.limit.seconds_to_wait()
        if wait is None:
            return None
        refusal = {"status": "error", "errorType": "RATE_LIMIT", "message": "Too many requests"}
        return JSONResponse(refusal, 429, {"Retry-After": str(wait)})
