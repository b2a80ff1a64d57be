"""The CRM's REST API, shaped like HubSpot's: bearer token, `paging.next.after`, a total, 190 requests in 10 seconds.

`GET /crm/v3/objects/{contacts,campaigns,campaign_contacts,campaign_controls}` (the last in a planted shop alone) and
`GET /communication-preferences/v3/statuses`, each with `limit` (1 to 500, 100 if not given), `after`, `updatedAfter`
(included) and `updatedBefore` (excluded), ISO 8601. Records come in the order of their change, as they stood just
before `updatedBefore`.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mining_tasks.demo import paging
from mining_tasks.demo.limits import RateLimit
from mining_tasks.demo.moments import instant

OBJECTS = ("contacts", "campaigns", "campaign_contacts", "campaign_controls")
STATUSES = "/communication-preferences/v3/statuses"
MOST_ON_A_PAGE = 500


def rate_limit() -> RateLimit:
    """HubSpot's burst limit of a private app on its larger plans; a planted shop has one of its own."""
    return RateLimit(190, 10.0)


def authorization(token: str) -> str:
    """The header that opens the API."""
    return f"Bearer {token}"


def api(store: Path, demo_id: str) -> Starlette:
    """The API over a store of versions; `demo_id` tells one demo's silo from another's."""

    def objects(request: Request) -> Response:
        kind = request.path_params["kind"]
        return _listing(store, kind, request) if kind in OBJECTS else _refused(404, f"Unable to infer type {kind!r}")

    def statuses(request: Request) -> Response:
        return _listing(store, "statuses", request)

    def health(request: Request) -> JSONResponse:
        return JSONResponse({"silo": "crm", "demo": demo_id})

    paths = {"/crm/v3/objects/{kind}": objects, STATUSES: statuses, "/health": health}
    return Starlette(routes=[Route(path, answer) for path, answer in paths.items()])


def _listing(store: Path, kind: str, request: Request) -> Response:
    asked = request.query_params
    try:
        found = paging.page(store, kind, _cursor(request), paging.size(asked.get("limit"), MOST_ON_A_PAGE))
    except ValueError as fault:
        return _refused(400, str(fault))
    payload = f'{{"total":{found.total},"results":{found.records}'  # bodies are JSON already; parsing costs time
    if found.following:
        payload += f',"paging":{{"next":{{"after":"{found.following.text()}"}}}}'
    return Response(payload + "}", media_type="application/json")


def _cursor(request: Request) -> paging.Cursor:
    asked = request.query_params
    since, before = asked.get("updatedAfter"), asked.get("updatedBefore")
    return paging.narrowed(
        paging.cursor(asked.get("after")),
        since=instant(since) if since else None,
        before=instant(before) if before else None,
    )


def _refused(status: int, why: str) -> JSONResponse:
    return JSONResponse({"status": "error", "message": why, "category": "VALIDATION_ERROR"}, status)
