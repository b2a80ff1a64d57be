"""A home with a planted shop in it, ready for its nights: connections, settings, and a note of what was planted."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from mining_tasks.demo import settings
from mining_tasks.demo.planted.plant import plant
from mining_tasks.demo.planted.world import World
from mining_tasks.demo.prepare import PRIVATE, Prepared, prepared
from mining_tasks.demo.settings import NotTheDemo

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "sources.toml"
CAMPAIGNS = FOLDER / "campaigns.toml"
MARKER = Path("demo", "prepared.json")

Say = Callable[[str], None]


def plant_at_home(home: Path, world: World, say: Say = lambda step: None, postgres_url: str | None = None) -> bool:
    """Plants into `home/demo` and connects the home to it; False if that very shop is there already.

    Raises `NotTheDemo` if the home is another shop's, be it a real one or the real demo.
    """
    home = home.resolve()
    os.umask(PRIVATE)
    (home / "demo").mkdir(parents=True, exist_ok=True)
    before = prepared(home)
    _refuse_another_shop(home, before)
    shop = settings.write_connections(home, postgres_url, before.shop if before else "")
    settings.write_sources(home, SOURCES)
    settings.write_campaigns(home, CAMPAIGNS)
    wished = Prepared("planted", None, shop, before.demo if before else uuid4().hex, _facts(world))
    if before == wished and _is_there(home, postgres_url):
        return False
    (home / MARKER).unlink(missing_ok=True)
    plant(world, home / "demo", say, postgres_url)
    (home / MARKER).write_text(json.dumps(asdict(replace(wished, demo=uuid4().hex))), encoding="utf-8")
    return True


def _refuse_another_shop(home: Path, before: Prepared | None) -> None:
    is_ours = before is not None and before.planted is not None
    if before is not None and not is_ours:
        raise NotTheDemo(f"{home} holds the real shop's demo. Next: another home for the planted one")
    if not is_ours and (file := home / "sources.toml").exists() and file.read_bytes() != SOURCES.read_bytes():
        raise NotTheDemo(f"{file} tells of another shop. Next: another home for the planted one")


def _facts(world: World) -> dict[str, Any]:
    """What a shop hangs on, and how its servers answer."""
    size = {"customers": world.customers, "days": world.days, "seed": world.seed}
    return {**size, "last_night": world.last_day.isoformat(), **world.settings["silos"], "code": _code()}


def _code() -> str:
    """Tells one state of all that plants from another: a shop of older code is planted anew."""
    found = sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.suffix in (".py", ".sql", ".toml")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _is_there(home: Path, postgres_url: str | None) -> bool:
    from mining_tasks.demo.shop_databases import exists

    names = ["crm.db", "desk.db", "drops", "truth/facts.json"]
    files = [home / "demo" / name for name in (names if postgres_url else [*names, "shop.db"])]
    return all(file.exists() for file in files) and (postgres_url is None or exists(postgres_url))
