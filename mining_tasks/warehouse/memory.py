"""How much memory we may use: the machine's, or less where a container (a cgroup of Linux) sets a limit."""

import os
from collections.abc import Iterator
from pathlib import Path


def available_bytes(root: Path = Path("/")) -> int:
    """The smallest of the machine's memory and the limits of this process's cgroup and those above it."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    said = (file.read_text().strip() for file in _limit_files(root) if file.is_file())
    return min([machine, *(int(limit) for limit in said if limit.isdecimal())])  # "max" is no limit


def _limit_files(root: Path) -> Iterator[Path]:
    """Where the kernel tells limits: version 2 has one tree, version 1 a tree of its own for memory.

    Inside a container the paths may be those of the host; its own limit then stands at the top of the tree.
    """
    mounted, lines = root / "sys/fs/cgroup", root / "proc/self/cgroup"
    for line in lines.read_text().splitlines() if lines.is_file() else ():
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        top, name = (mounted / "memory", "memory.limit_in_bytes") if kinds else (mounted, "memory.max")
        own = top / path.strip("/")
        yield from (folder / name for folder in [own, *own.parents] if folder.is_relative_to(top))
