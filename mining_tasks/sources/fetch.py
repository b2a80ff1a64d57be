"""One night's rows of one silo, landed: what each source room calls."""

import logging
from collections.abc import Callable, Mapping
from datetime import date

from mining_tasks.sources import files, rest, sql
from mining_tasks.sources.settings import Silo, promised, silo
from mining_tasks.sources.window import Window, window
from mining_tasks.warehouse.landing import Landing

EXTRACT: Mapping[str, Callable[[Silo, Mapping[str, Window]], list[str]]] = {
    "sql": sql.extract,
    "rest": rest.extract,
    "files": files.extract,
}
log = logging.getLogger("goldseam.sources")


def fetch(name: str, night: date) -> list[str]:
    """Land what the silo has for the night, one landing for each raw table; returns their addresses.

    A table that the silo does not have lands empty; of an optional one nobody is warned. Raises what `faults` tells of.
    """
    source = silo(name)
    windows = {mapped.table.name: window(source, mapped.table, night) for mapped in source.tables}
    landed = [address for part in source.parts() for address in EXTRACT[part.kind](part, windows)]
    return [*landed, *(_empty(source, night))]


def _empty(source: Silo, night: date) -> list[str]:
    addresses = []
    for table in promised(source.name):
        if source.mapped(table) is None:
            level = logging.DEBUG if table.is_optional else logging.WARNING
            log.log(level, "%s: %s is not mapped and stays empty", source.name, table.name)
            with Landing(table, night) as landing:
                landing.source_rows = 0
            addresses.append(landing.address)
    return addresses
