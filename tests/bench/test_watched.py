"""Processes that are watched: their peak is seen, and what takes too much is stopped with all that it started."""

import os
import sys

import pytest

from benchmarks import watched
from benchmarks.watched import Limits

HOLDS = "import time; held = bytearray(300 * 2**20); time.sleep({seconds}); print('held')"
STARTS_ANOTHER = "import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process holds")


def run(code: str, tmp_path, **limits):
    return watched.run([sys.executable, "-c", code], os.environ, tmp_path / "logs" / "x.log", Limits(**limits))


@linux
def test_the_peak_of_the_largest_process_is_seen_even_in_a_child(tmp_path):
    found = run(STARTS_ANOTHER.format(code=HOLDS.format(seconds=0.5)), tmp_path)
    assert found.status == 0
    assert found.stopped == ""
    assert 300 * 2**20 < found.peak_bytes < 600 * 2**20


@linux
def test_what_holds_more_than_its_limit_is_stopped_with_its_children_and_says_so(tmp_path):
    code = STARTS_ANOTHER.format(code=HOLDS.format(seconds=600))
    found = run(code, tmp_path, memory_bytes=200 * 2**20)
    assert found.stopped == "needed more than 0.2 GiB"
    assert found.status != 0
    assert found.wall_s < 60


def test_what_takes_longer_than_its_limit_is_stopped(tmp_path):
    found = run("import time; time.sleep(600)", tmp_path, seconds=0.3)
    assert found.stopped == "took more than 0 s"
    assert found.wall_s < 60


def test_what_is_printed_is_kept_in_the_log_and_the_last_line_is_told(tmp_path):
    said = []
    command = [sys.executable, "-c", "import sys; print('one'); print('two'); print('bad', file=sys.stderr)"]
    found = watched.run(command, os.environ, tmp_path / "x.log", None, said.append)
    assert said == ["one", "two"]
    assert found.last_line == "two"
    assert set((tmp_path / "x.log").read_text().split()) == {"one", "two", "bad"}
