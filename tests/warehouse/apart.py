"""Publishing in a process of its own, so that a test can kill it, freeze it, or race it against another."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from mining_tasks.warehouse import milestones, publish
from tests.warehouse.nights import drafts

PATIENCE_SECONDS = 120
ENVIRONMENT = ("GOLDSEAM_HOME", "GOLDSEAM_LEDGER_URL", "GOLDSEAM_POSTGRES_URL")
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.warehouse.preloaded"])


def environment() -> dict[str, str]:
    """What a process of its own must know of the home under test: it was forked from a server that does not."""
    return {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}


def started(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    """`work(environment, *arguments)` in a process of its own."""
    process = CONTEXT.Process(target=work, args=(environment(), *arguments), daemon=True)
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """The exit code of a process, negative for the signal that killed it; a test never waits for ever."""
    process.join(PATIENCE_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError("the process did not end")
    return process.exitcode


def enter(known: Mapping[str, str]) -> None:
    """Be in the home under test."""
    for name in ENVIRONMENT:
        os.environ.pop(name, None)
    os.environ.update(known)


def numbered(act: Callable[[str], None]) -> Callable[[str], None]:
    """A watcher that tells `act` each milestone with how often it was reached: `wrote table/part-0.parquet #2`."""
    reached: Counter[str] = Counter()

    def watcher(milestone: str) -> None:
        reached[milestone] += 1
        act(f"{milestone} #{reached[milestone]}")

    return watcher


def kill_at_first_not_in(known: Mapping[str, str], night: date, seed: int, notes: Path, again: Path) -> None:
    """Draft and publish, and die by SIGKILL at the first milestone that `notes` does not name; note it first.

    Draft addresses are kept in `again`, so that the next process retries the publication alone, as Airflow does.
    """
    enter(known)

    def act(milestone: str) -> None:
        if milestone not in notes.read_text().splitlines():
            with notes.open("a") as file:
                file.write(milestone + "\n")
            os.kill(os.getpid(), signal.SIGKILL)

    milestones.watch(numbered(act))
    if not again.exists():
        addresses = drafts(night, seed=seed)
        again.write_text("\n".join(addresses))
    publish.publish("segments", night, again.read_text().splitlines())


def publish_and_tell(known: Mapping[str, str], night: date, seed: int, answers: Any, freeze_at: str = "") -> None:
    """Publish a night and put `(seed, run id or name of the refusal)` into `answers`; SIGSTOP itself at a milestone."""
    enter(known)

    def act(milestone: str) -> None:
        if milestone == freeze_at:
            os.kill(os.getpid(), signal.SIGSTOP)

    milestones.watch(act)
    try:
        answers.put((seed, publish.publish("segments", night, drafts(night, seed=seed))))
    except publish.Superseded:
        answers.put((seed, "Superseded"))
