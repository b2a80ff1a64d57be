"""What stands before a demo silo: counts requests, lets faults strike, holds the rate limit, asks for the key."""

from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mining_tasks.demo import paging
from mining_tasks.demo.faults import Faults
from mining_tasks.demo.limits import RateLimit
from mining_tasks.demo.misbehave import misbehave

HEALTH = "/health"  # open to all: says only which silo of which demo answers


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
        app: ASGIApp | None = self._refusal(scope)
        if app is None:
            fault = self.faults.strike(scope["path"], _page(scope))
            app = self.silo if fault is None else misbehave(fault, self.silo)
        await app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        sent = dict(scope["headers"]).get(b"authorization", b"")
        if not compare_digest(sent, self.authorization.encode()):
            return JSONResponse({"status": "error", "message": "Authentication credentials not found"}, 401)
        wait = self.limit.seconds_to_wait()
        if wait is None:
            return None
        refusal = {"status": "error", "errorType": "RATE_LIMIT", "message": "Too many requests"}
        return JSONResponse(refusal, 429, {"Retry-After": str(wait)})


def _page(scope: Scope) -> int:
    asked = parse_qs(scope["query_string"].decode())
    sent = asked.get("after", asked.get("cursor", [None]))[0]
    try:
        return paging.cursor(sent).page
    except paging.BadCursor:
        return 1
