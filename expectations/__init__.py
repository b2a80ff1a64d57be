"""The ground: everything we promise about data. `tables()` is every table promised here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from expectations.words import Table

NOT_ROOMS = {"words", "fields", "speak"}


@cache
def tables() -> dict[str, Table]:
    """Every contract by its name, rooms in alphabetical order, tables as they are written."""
    rooms = sorted(m.name for m in iter_modules(__path__) if m.name not in NOT_ROOMS)
    modules = [import_module(f"expectations.{room}") for room in rooms]
    return {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Table)}


def table(name: str) -> Table:
    """The contract of that name; raises KeyError with a hint."""
    if name not in tables():
        close = [other for other in tables() if other.split("__")[-1] == name.split("__")[-1]]
        raise KeyError(f"no table {name!r} is promised; did you mean one of {close or list(tables())}?")
    return tables()[name]


def family(name: str) -> tuple[Table, ...]:
    """The published tables of one room: they appear together or not at all."""
    return tuple(t for t in tables().values() if t.layer == "pub" and t.room == name)


def families() -> tuple[str, ...]:
    """The rooms that publish, in alphabetical order."""
    return tuple(sorted({t.room for t in tables().values() if t.layer == "pub"}))
