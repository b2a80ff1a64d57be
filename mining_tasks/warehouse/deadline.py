"""Work that must answer in time: silence counts as a failure."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class NoAnswer(TimeoutError):
    """The work did not answer in time. It may still be running; what it says later is not listened to."""


class _Listener(Generic[Answer]):
    answer: Answer
    fault: BaseException | None = None


def in_time(seconds: float, work: Callable[[], Answer]) -> Answer:
    """What `work` returns or raises, or `NoAnswer` after so many seconds.

    It runs in a thread that dies with the process, so that a hanging check cannot keep a task alive.
    """
    heard: _Listener[Answer] = _Listener()

    def listen() -> None:
        try:
            heard.answer = work()
        except BaseException as fault:  # handed to the caller, whatever it is
            heard.fault = fault

    worker = threading.Thread(target=listen, name="check", daemon=True)
    worker.start()
    worker.join(seconds)
    if worker.is_alive():
        raise NoAnswer(f"no answer within {seconds:,.0f} s")
    if heard.fault is not None:
        raise heard.fault
    return heard.answer
