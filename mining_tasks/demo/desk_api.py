"""The desk's REST API, shaped like Zendesk's incremental exports: `after_cursor`, `end_of_stream`, basic login.

`GET /api/v2/incremental/{tickets,users,reviews}/cursor.json` with `start_time` (included) and `end_time` (excluded) in
epoch seconds, `cursor`, `per_page` (1 to 1,000, 100 if not given). Records come in the order of their change, as they
stood just before `end_time`. 700 requests a minute.
"""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mining_tasks.demo import paging
from mining_tasks.demo.limits import RateLimit

LISTINGS = ("tickets", "users", "reviews")
MOST_ON_A_PAGE = 1_000


def rate_limit() -> RateLimit:
    """Zendesk's limit on its largest plan."""
    return RateLimit(700, 60.0)


def authorization(login: str, token: str) -> str:
    """The header that opens the API; `login` is `EMAIL/token`."""
    return "Basic " + b64encode(f"{login}:{token}".encode()).decode()


def api(store: Path, demo_id: str) -> Starlette:
    """The API over a store of versions; `demo_id` tells one demo's silo from another's."""

    def listing(request: Request) -> Response:
        kind = request.path_params["kind"]
        return _listing(store, kind, request) if kind in LISTINGS else _refused(404, "RecordNotFound")

    def health(request: Request) -> JSONResponse:
        return JSONResponse({"silo": "support", "demo": demo_id})

    return Starlette(
        routes=[Route("/api/v2/incremental/{kind}/cursor.json", listing), Route("/health", health)],
    )


def _listing(store: Path, kind: str, request: Request) -> Response:
    asked = request.query_params
    try:
        found = paging.page(store, kind, _cursor(request), paging.size(asked.get("per_page"), MOST_ON_A_PAGE))
    except ValueError as fault:
        return _refused(400, str(fault))
    end = "false" if found.following else "true"
    cursor = (found.following or found.here).text()  # of letters that need no escape
    payload = f'{{"{kind}":{found.records},"after_cursor":"{cursor}","end_of_stream":{end},"count":{found.total}}}'
    return Response(payload, media_type="application/json")


def _cursor(request: Request) -> paging.Cursor:
    asked = request.query_params
    since, before = asked.get("start_time"), asked.get("end_time")
    return paging.narrowed(
        paging.cursor(asked.get("cursor")),
        since=datetime.fromtimestamp(float(since), UTC) if since else None,
        before=datetime.fromtimestamp(float(before), UTC) if before else None,
    )


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"error": why, "description": why}, status)
