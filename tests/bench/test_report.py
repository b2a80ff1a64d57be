"""What BENCHMARKS.md says: nothing that was not measured, nothing left out that failed, and the same text again."""

import json
from pathlib import Path

import pytest

from benchmarks import report, results
from benchmarks.figures import FIGURES
from benchmarks.machine import HOUSE
from tests.bench.sample import document, night, side, step


@pytest.fixture
def measured() -> dict:
    """Two sizes; `shop.merge` grows as the square of its rows, `shop.fetch` as its rows."""
    small = night(step("shop.fetch", rows_in=100, rows_out=100), step("shop.merge", rows_in=100))
    large = night(
        step("shop.fetch", rows_in=1_000, rows_out=1_000, cpu_s=30.0), step("shop.merge", rows_in=1_000, cpu_s=300.0)
    )
    peers = {"sides": {"ours": side(2.0), "pandas": side(1.0, peak=2**31, differing=[])}, "commit": "abc"}
    pairs = {"sides": {"duckdb": side(1.0, pairs=7)}, "commit": "abc"}
    more = {"peer-features": peers, "peer-baskets": pairs, "plant": {"status": 0, "commit": "abc"}}
    return document(n10000={"first": small, "increment": small}, n100000={"first": large, "increment": large} | more)


def tables(text: str) -> list[list[str]]:
    """Runs of lines that begin with a bar."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


def test_every_row_of_every_table_has_as_many_cells_as_its_head(measured):
    found = tables(report.rendered(measured))
    assert len(found) == 6
    for table in found:
        assert len(table) > 2
        assert {line.count("|") for line in table} == {table[0].count("|")}


def test_steps_that_grow_too_fast_are_named_and_others_are_not(measured):
    said = report.rendered(measured)
    assert "Growing faster than 1.1: shop.merge (2.00, 10k → 100k)." in said
    assert "**2.00**" in said
    assert "shop.fetch (1" not in said


def test_what_was_not_measured_at_a_million_holds_nothing(measured):
    head = [line for line in report.rendered(measured).splitlines() if "not measured" in line]
    assert len(head) == len(FIGURES) + 1
    assert all(line.endswith("| not measured | – |") for line in head)


def test_a_bar_is_held_or_not_by_what_was_measured_at_a_million():
    slow = night(step("shop.fetch"), wall_s=31 * 60.0)
    said = report.rendered(document(n1000000={"first": slow, "increment": night(step("shop.fetch"))}))
    assert "| first load of the whole history | 30 min | 31 min | **no** |" in said
    assert "| increment of one day | 6 min | 0.333 min | yes |" in said


def test_a_night_under_a_limit_of_memory_counts_where_there_is_no_other():
    limited, free = night(step("shop.fetch"), wall_s=600.0), night(step("shop.fetch"), wall_s=300.0)
    said = report.rendered(document(n1000000={"first-3GiB": limited, "increment-3GiB": limited, "increment": free}))
    assert "| first load of the whole history | 30 min | 10 min | yes |" in said
    assert "| increment of one day | 6 min | 5 min | yes |" in said
    assert "Not measured." not in said.split("### Beside")[0]


def test_a_red_night_tells_what_failed_and_no_bar_is_held_by_it():
    red = night(step("shop.fetch"), step("shop.merge", state="failed", fault="MemoryError"))
    said = report.rendered(document(n1000000={"first": red}))
    assert "failed: shop.merge" in said
    assert "(failed: MemoryError)" in said
    assert "| first load of the whole history | 30 min | not measured | – |" in said


def test_a_night_that_was_stopped_says_why():
    stopped = night(step("shop.fetch"), stopped="needed more than 3.0 GiB", status=-15)
    assert "stopped: needed more than 3.0 GiB" in report.rendered(document(n10000={"first-3GiB": stopped}))


def test_a_peer_that_is_better_is_said_to_be_better(measured):
    row = next(line for line in report.rendered(measured).splitlines() if "| pandas |" in line)
    assert "| 0.50 (peer better) | 2.00 |" in row
    assert "columns that differ from ours: none" in row


def test_sides_that_took_different_numbers_of_rows_are_compared_by_the_row():
    sides = {"ours": side(10.0, rows=1_000_000), "pandas": side(1.0, rows=20_000)}
    said = report.rendered(document(n1000000={"peer-publishing": {"sides": sides, "commit": "abc"}}))
    assert "| pandas | 1.00 | 1.00 | 5.00 |" in said


def test_a_room_that_we_do_not_have_is_said_not_to_be_there(measured):
    assert "| 100k | ours | no room yet |" in report.rendered(measured)


def test_a_peer_that_was_stopped_for_its_size_is_told_with_it():
    stopped = {"told": None, "stopped": "needed more", "why": "needed more than 20.0 GiB", "peak_bytes": 21 * 2**30}
    sides = {"ours": side(1.0), "pandas": stopped}
    said = report.rendered(document(n1000000={"peer-features": {"sides": sides, "commit": "abc"}}))
    assert "| pandas | needed more than 20.0 GiB | 21.00 | – | – | – |" in said


def test_figures_of_several_commits_are_not_passed_off_as_one():
    parts = {"first": night(step("a.b")), "increment": night(step("a.b"), commit="def")}
    assert "Not all of one commit: abc, def" in report.rendered(document(n10000=parts))


def test_what_is_written_by_hand_stays(measured, tmp_path: Path):
    (tmp_path / "BENCHMARKS.md").write_text("# Benchmarks\n\nBefore.\n")
    report.write(measured, tmp_path)
    file = tmp_path / "BENCHMARKS.md"
    file.write_text(file.read_text() + "\n## After\n")
    once = report.write(measured, tmp_path).read_text()
    assert once.startswith("# Benchmarks\n\nBefore.\n")
    assert once.endswith("\n## After\n")
    assert once.count(report.BEGIN) == once.count(report.END) == 1
    assert report.write(measured, tmp_path).read_text() == once


def test_the_results_name_no_path_of_the_machine(measured, tmp_path: Path):
    measured["sizes"]["10000"]["plant"] = {"last_line": f"{tmp_path}/home is full"}
    file = results.write(measured, tmp_path)
    assert str(tmp_path) not in file.read_text()
    assert json.loads(file.read_text())["sizes"]["10000"]["plant"]["last_line"] == "(a path) is full"


def test_the_committed_part_is_that_of_the_committed_results():
    file = HOUSE / results.FOLDER / results.FILE
    if not file.exists():
        pytest.skip("no bench was run and committed yet")
    assert report.rendered(json.loads(file.read_text())) in (HOUSE / "BENCHMARKS.md").read_text()
