"""Files dropped in a folder as a silo."""

from collections.abc import Mapping

from mining_tasks.sources.settings import Silo
from mining_tasks.sources.window import Window


def extract(silo: Silo, windows: Mapping[str, Window]) -> list[str]:
    return []
