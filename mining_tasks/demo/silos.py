"""The demo's CRM and desk as servers that this process can start, from a home that was prepared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mining_tasks.demo import crm_api, desk_api
from mining_tasks.demo.faults import Faults
from mining_tasks.demo.gate import Gate
from mining_tasks.demo.limits import RateLimit
from mining_tasks.demo.prepare import prepared
from mining_tasks.demo.server import Server
from mining_tasks.demo.settings import CRM, DESK, NotTheDemo, door


@dataclass(frozen=True)
class Silos:
    """Both servers, running."""

    crm: Server
    desk: Server


def crm(store: Path, token: str, port: int = 0, demo_id: str = "", limit: RateLimit | None = None) -> Server:
    """The CRM over that store; `with crm(...) as server:` serves it."""
    key = crm_api.authorization(token)
    return Server(Gate(crm_api.api(store, demo_id), key, limit or crm_api.rate_limit(), Faults()), port)


def desk(
    store: Path, login_and_token: tuple[str, str], port: int = 0, demo_id: str = "", limit: RateLimit | None = None
) -> Server:
    """The desk over that store; the login is `EMAIL/token`."""
    key = desk_api.authorization(*login_and_token)
    return Server(Gate(desk_api.api(store, demo_id), key, limit or desk_api.rate_limit(), Faults()), port)


@contextmanager
def silos(home: Path) -> Iterator[Silos]:
    """Both, at the addresses of the home's `connections.env`, in this process: tests can tell them to misbehave."""
    demo_id, folder = demo_of(home), home / "demo"
    to_crm, to_desk = door(home, CRM), door(home, DESK)
    with (
        crm(folder / "crm.db", to_crm.password, to_crm.port, demo_id, limit_of(home)) as the_crm,
        desk(folder / "desk.db", (to_desk.login, to_desk.password), to_desk.port, demo_id, limit_of(home)) as the_desk,
    ):
        yield Silos(the_crm, the_desk)


def limit_of(home: Path) -> RateLimit | None:
    """The rate limit of a planted shop's servers, one for each; None for those of the real systems."""
    facts = prepared(home)
    return RateLimit(facts.planted["requests"], facts.planted["seconds"]) if facts and facts.planted else None


def demo_of(home: Path) -> str:
    """The id of the demo that was prepared in the home."""
    facts = prepared(home)
    if facts is None:
        raise NotTheDemo(f"{home} holds no prepared demo. Next: prepare the demo")
    return facts.demo
