"""What each task of a night costs, one JSON line a task: on where GOLDSEAM_MEASURE names a file, absent elsewhere."""

import functools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tally
from stopwatch import Stopwatch

PROC = Path("/proc/self")
RESET_PEAK = "5"  # proc_pid_clear_refs(5): VmHWM starts again at the present size
SAMPLE_SECONDS = 0.02  # where the peak cannot be reset


def every_task(dags: Mapping[str, Any], file: Path) -> None:
    """Let every Python task of these DAGs append what it cost to `file`, however it ends."""
    watch = Stopwatch()
    counts = tally.installed(watch)
    for dag in dags.values():
        for task in dag.tasks:
            if callable(getattr(task, "python_callable", None)):
                task.python_callable = _measured(task.python_callable, f"{dag.dag_id}.{task.task_id}", watch, counts)
    _WRITE.file = file


class _Lines:
    """Where lines go; a module's own, since tasks of one process share it."""

    file: Path

    def add(self, line: Mapping[str, Any]) -> None:
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, sort_keys=True) + "\n")


_WRITE = _Lines()


def _measured(work: Callable[..., Any], step: str, watch: Stopwatch, counts: tally.Tally) -> Callable[..., Any]:
    """The task's function with a scale under it; same signature, so that Airflow hands it the same arguments."""

    @functools.wraps(work)
    def weighed(*args: Any, **kwargs: Any) -> Any:
        line: dict[str, Any] = {"step": step, "night": _night(), "state": "failed", "begun_at": round(time.time(), 3)}
        line["peak_before_bytes"] = peak_bytes()
        counts.begin()
        watch.begin()
        written, started, cpu = written_bytes(), time.perf_counter(), cpu_seconds()
        try:
            with _peak(line):
                result = work(*args, **kwargs)
            line["state"] = "success"
            return result
        except BaseException as fault:
            line["fault"] = type(fault).__name__
            raise
        finally:
            line["wall_s"] = round(time.perf_counter() - started, 4)
            line["cpu_s"] = round(cpu_seconds() - cpu, 4)
            line["written_bytes"] = None if written is None else (written_bytes() or 0) - written
            _WRITE.add(line | watch.seconds() | counts.facts())

    return weighed


def _night() -> str:
    from house import tonight

    return str(tonight())


def cpu_seconds() -> float:
    """CPU of this process in all its threads, and of the children that it waited for."""
    return sum(os.times()[:4])


def written_bytes() -> int | None:
    """Bytes handed to write calls since the process began, spilled ones included; None where the system keeps none."""
    try:
        return int(dict(_pairs("io"))["wchar"])
    except OSError:
        return None


def peak_bytes() -> int | None:
    """The most memory that this process held at once since the peak was reset; None where the system keeps none."""
    try:
        return int(dict(_pairs("status"))["VmHWM"].split()[0]) * 1024
    except OSError:
        return None


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    for line in (PROC / name).read_text().splitlines():
        key, _, value = line.partition(":")
        yield key, value.strip()


@contextmanager
def _peak(line: dict[str, Any]) -> Iterator[None]:
    """Note the most memory held while the block ran, as `peak_bytes`."""
    try:
        (PROC / "clear_refs").write_text(RESET_PEAK)
    except OSError:
        with _sampled(line):
            yield
        return
    try:
        yield
    finally:
        line["peak_bytes"] = peak_bytes()


@contextmanager
def _sampled(line: dict[str, Any]) -> Iterator[None]:
    """As `_peak` where the system cannot forget a peak: look at the present size every few milliseconds."""
    most, over = [_resident_bytes()], threading.Event()

    def look() -> None:
        while not over.wait(SAMPLE_SECONDS):
            most.append(max(most.pop(), _resident_bytes()))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
        line["peak_bytes"] = max(*most, _resident_bytes()) or None


def _resident_bytes() -> int:
    try:
        return int((PROC / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
