"""A container's limit counts, not the machine's memory that it cannot have."""

import os
from pathlib import Path

import pytest

from mining_tasks.warehouse import engine, memory

GIB = 2**30
MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
CASES = {
    "version 2": ("0::/a/b", {"a/b/memory.max": 3 * GIB, "a/memory.max": "max"}, 3 * GIB),
    "a group above": ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": 2 * GIB}, 2 * GIB),
    "inside a container": ("0::/../host", {"memory.max": GIB}, GIB),
    "version 1": ("3:cpu,memory:/a", {"memory/a/memory.limit_in_bytes": GIB, "memory.max": 1}, GIB),
    "another resource": ("3:cpu:/a\n8:pids:/", {"memory.max": 1}, MACHINE),
    "no limit": ("0::/", {"memory.max": "max"}, MACHINE),
    "a limit above the machine": ("0::/", {"memory.max": 9223372036854771712}, MACHINE),
}


@pytest.mark.parametrize("case", CASES)
def test_the_smallest_limit_counts(case: str, tmp_path: Path) -> None:
    lines, files, expected = CASES[case]
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "cgroup").write_text(lines + "\n")
    for name, limit in files.items():
        file = tmp_path / "sys" / "fs" / "cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{limit}\n")
    assert memory.available_bytes(tmp_path) == expected


def test_a_machine_that_tells_of_no_groups_has_its_own_memory(tmp_path: Path) -> None:
    assert memory.available_bytes(tmp_path) == MACHINE


def test_the_engine_leaves_room_for_the_rest_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLDSEAM_MEMORY_LIMIT", raising=False)
    monkeypatch.setattr(engine, "available_bytes", lambda: 3 * GIB)
    assert engine.memory_limit() == "1.2GB"
    monkeypatch.setenv("GOLDSEAM_MEMORY_LIMIT", "700MB")
    assert engine.memory_limit() == "700MB"
