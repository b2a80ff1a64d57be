"""Run a command and watch what it and all its children hold; stop it if that is more than allowed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SECONDS = 0.1
PROC = Path("/proc")
# how a process is called in the report, by a word of its command line; the first that fits
NAMES = {"one_process": "night", "demo.serve": "demo servers", "benchmarks.peers": "peer", "postgres": "postgres"}


@dataclass
class Watched:
    """How a command ended, and what it took."""

    status: int = 0
    started_at: float = 0.0  # seconds since the epoch
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peaks: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    last_line: str = ""

    @property
    def peak_bytes(self) -> int:
        """Of the largest process; 0 where the system does not say."""
        return max((size for name, size in self.peaks.items() if name not in ("demo servers", "postgres")), default=0)


@dataclass(frozen=True)
class Limits:
    """What a command may take: bytes of its largest process, and seconds."""

    memory_bytes: int | None = None
    seconds: float = 4 * 3600.0


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    limits: Limits | None = None,
    say: Callable[[str], None] | None = None,
) -> Watched:
    """Run a command to its end or its limits; what it prints goes to `log`, stdout line by line to `say` too."""
    found, limits = Watched(started_at=time.time()), limits or Limits()
    log.parent.mkdir(parents=True, exist_ok=True)
    started, cpu = time.perf_counter(), _children_seconds()
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603  our own commands, no shell
            command, env=dict(environment), stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
        watching = threading.Thread(target=_watch, args=(process, found, limits), daemon=True)
        watching.start()
        try:
            for line in process.stdout or ():
                errors.write(line)
                errors.flush()
                found.last_line = line.rstrip() or found.last_line
                if say:
                    say(line.rstrip())
            found.status = process.wait()
        except BaseException:
            _end(process)
            raise
        watching.join()
    found.wall_s, found.cpu_s = time.perf_counter() - started, _children_seconds() - cpu
    return found


def _watch(process: "subprocess.Popen[str]", found: Watched, limits: Limits) -> None:
    deadline = time.monotonic() + limits.seconds
    while process.poll() is None:
        for pid in tree(process.pid):
            _note(pid, found)
        if limits.memory_bytes and found.peak_bytes > limits.memory_bytes:
            found.stopped = f"needed more than {limits.memory_bytes / 2**30:.1f} GiB"
        elif time.monotonic() > deadline:
            found.stopped = f"took more than {limits.seconds:,.0f} s"
        if found.stopped:
            _end(process)
            return
        time.sleep(SAMPLE_SECONDS)


def tree(pid: int) -> list[int]:
    """A process and all its descendants, as far as they still run."""
    found, waiting = [], [pid]
    while waiting:
        here = waiting.pop()
        found.append(here)
        with contextlib.suppress(OSError):
            for children in (PROC / str(here) / "task").glob("*/children"):
                waiting += map(int, children.read_text().split())
    return found


def _note(pid: int, found: Watched) -> None:
    """Remember the largest size that a process ever had; one that has ended meanwhile is let go."""
    with contextlib.suppress(OSError, ValueError, StopIteration, IndexError):
        lines = (PROC / str(pid) / "status").read_text().splitlines()
        peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
        name = _name((PROC / str(pid) / "cmdline").read_text().replace("\0", " "))
        found.peaks[name] = max(peak, found.peaks.get(name, 0))


def _name(command: str) -> str:
    return next((name for word, name in NAMES.items() if word in command), "command")


def _end(process: "subprocess.Popen[str]") -> None:
    """End the command and all that it started: it has a session of its own."""
    for kind, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, kind)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def _children_seconds() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def python(*arguments: str) -> list[str]:
    """A command in this Python."""
    return [sys.executable, *arguments]
