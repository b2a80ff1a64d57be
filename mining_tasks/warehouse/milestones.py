"""Named places in the publishing code at which a test may stop the world: kill, freeze, fill the disk."""

from collections.abc import Callable

_watchers: list[Callable[[str], None]] = []


def reached(milestone: str) -> None:
    """Say that a place was reached; does nothing unless somebody watches."""
    for watcher in _watchers:
        watcher(milestone)


def watch(watcher: Callable[[str], None]) -> None:
    """Call `watcher` with the name of each milestone from now on (for fault tests)."""
    _watchers.append(watcher)
