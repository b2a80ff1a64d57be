"""Great Expectations makes the same small things anew all the time: an expectation's configuration 76 times, for one.

That is two fifths of what it costs to check a night's small tables (6.1 s of CPU, 3.5 without). Within `made_once` each
is made once; outside of it, and in other threads, everything is as it was.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any

# Of an object by its id, and kept with it, so that no other gets that id; of a value by itself.
Made = dict[Any, Any]

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
    """Three places, all of its public interface; a test holds that they are there and that answers stay the same."""
    from great_expectations.core.id_dict import IDDict
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    places: list[tuple[Any, str, Any]] = [
        (Expectation, "configuration", property(_once(vars(Expectation)["configuration"].fget))),
        (ExpectationConfiguration, "to_domain_obj", _once(ExpectationConfiguration.to_domain_obj)),
        (IDDict, "to_id", _once_a_value(IDDict.to_id)),
    ]
    for kind, name, taught in places:
        setattr(kind, name, taught)


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


def _once_a_value(spell: Callable[..., Any]) -> Callable[..., Any]:
    """The id of a dictionary hangs on what it holds: 1, 1.0 and True are equal, but do not give the same."""

    @wraps(spell)
    def spelled(subject: dict[str, Any], *chosen: Any, **named: Any) -> Any:
        known = _made.get()
        if known is None or chosen or named or len(subject) < 2:  # of a single entry the id is quicker made than sought
            return spell(subject, *chosen, **named)
        key = (type(subject), *((name, type(value), value) for name, value in subject.items()))
        try:
            if key not in known:
                known[key] = spell(subject)
            return known[key]
        except TypeError:  # a list in it
            return spell(subject)

    return spelled
