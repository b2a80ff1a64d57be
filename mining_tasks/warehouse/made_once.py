"""Great Expectations makes each expectation's configuration anew whenever it looks at a part of it, 76 times a promise.

That is two fifths of what it costs to check a small table. Within `made_once` what was made of an object is made once;
outside of it, and in other threads, everything is as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any

Made = dict[
    tuple[int, str], tuple[Any, Any]
]  # by id and name; the object is kept with it, so that no other gets its id

_made: ContextVar[Made | None] = ContextVar("made", default=None)


@contextmanager
def made_once() -> Iterator[None]:
    """For one validation, in which no expectation and no configuration is changed once it was asked."""
    _teach()
    token = _made.set({})
    try:
        yield
    finally:
        _made.reset(token)


@cache
def _teach() -> None:
    """The two places, both of its public interface; a test holds that they are there and that answers stay the same."""
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    Expectation.configuration = property(_once(Expectation.configuration.fget))  # type: ignore
    ExpectationConfiguration.to_domain_obj = _once(ExpectationConfiguration.to_domain_obj)  # type: ignore


def _once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(make)
    def made(subject: Any) -> Any:
        known = _made.get()
        if known is None:
            return make(subject)
        key = (id(subject), make.__name__)
        if key not in known:
            known[key] = (subject, make(subject))
        return known[key][1]

    return made
