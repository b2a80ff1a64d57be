"""`goldseam init`: the home of a shop, with commented settings to fill in."""

import argparse
import os
from importlib.resources import files
from pathlib import Path

from mining_tasks.commands import show
from mining_tasks.warehouse.home import Home

HELP = "make the home of a shop: its settings, and the keys that hash and seal contact data"
EXAMPLES = """\
examples:
  goldseam init my-shop
  then edit my-shop/sources.toml and my-shop/connections.env, and: goldseam check-sources --home my-shop"""
CONNECTIONS = """\
# Where the silos are, and how we prove who we are. One line each, read by you alone. Never commit this file.
# AIRFLOW_CONN_GOLDSEAM_SHOP=postgresql://reader:SECRET@db.example.com:5432/shop
# AIRFLOW_CONN_GOLDSEAM_CRM={"conn_type": "http", "host": "https://crm.example.com", "password": "TOKEN"}
# AIRFLOW_CONN_GOLDSEAM_SUPPORT={"conn_type": "http", "host": "https://desk.example.com", "login": "you@x.com/token", \
"password": "TOKEN"}
# A Postgres in which analysts find the published tables too:
# GOLDSEAM_POSTGRES_URL=postgresql://goldseam:SECRET@db.example.com:5432/analytics
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the home to make; files that are there are kept")


def run(given: argparse.Namespace) -> int:
    written = complete(Home(given.folder.resolve()))
    if given.json:
        show.as_json({"home": str(given.folder.resolve()), "written": written})
        return 0
    show.say(f"{given.folder}: {', '.join(written) or 'nothing to do, all files are there'}")
    show.say(f"Next: edit {given.folder / 'sources.toml'} and {given.folder / 'connections.env'}, then")
    show.say(f"  goldseam check-sources --home {given.folder}\n  goldseam night --home {given.folder}")
    return 0


def complete(home: Home) -> list[str]:
    """Write what the home lacks, readable by its owner alone; returns the names of the files written."""
    os.umask(0o077)
    home.path.mkdir(parents=True, exist_ok=True)
    texts = {
        "sources.toml": files("mining_tasks.sources").joinpath("template/sources.toml").read_text(encoding="utf-8"),
        "objectives.toml": files("mining_tasks").joinpath("template/objectives.toml").read_text(encoding="utf-8"),
        "campaigns.toml": files("mining_tasks").joinpath("template/campaigns.toml").read_text(encoding="utf-8"),
        "connections.env": CONNECTIONS,
    }
    missing = [name for name in texts if not (home.path / name).exists()]
    for name in missing:
        (home.path / name).write_text(texts[name], encoding="utf-8")
        (home.path / name).chmod(0o600)
    keys = [f"{name}.key" for name in ("hash", "vault") if not (home.path / f"{name}.key").exists()]
    home.make_keys()
    return missing + [name for name in keys if (home.path / name).exists()]
