"""JSON read so that nothing is lost: numbers stay as written, and what JSON forbids is found with its reason."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

MISSING: Any = object()
DEEPEST = 100  # objects and lists in each other; what Python can bear differs by version, from 900 to 10,000
TOO_DEEP = "not JSON we read: nested too deep"


class Number(str):
    """A number exactly as the source wrote it: 2^53+1 and 0.10 do not pass through a float."""

    __slots__ = ()


class Forbidden(str):
    """NaN, Infinity or -Infinity, which JSON does not know."""

    __slots__ = ()


class Ambiguous(dict[str, Any]):
    """An object that says the same key twice; which of the two is meant nobody can tell."""


HARMLESS = frozenset({str, Number, bool, type(None)})  # kinds in which nothing can be wrong


def loads(text: str) -> Any:
    """Parse; raises ValueError (with no part of the text) if it is not JSON or nested too deep."""
    try:
        return json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=Forbidden, object_pairs_hook=_object
        )
    except json.JSONDecodeError as fault:
        raise ValueError(f"not JSON: {fault.msg} at character {fault.pos}") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def flaw(value: Any, depth: int = 0) -> str | None:
    """Why a parsed value cannot be trusted; None if it can."""
    if isinstance(value, Ambiguous):
        return "a key is given twice"
    if isinstance(value, Forbidden):
        return "holds NaN or Infinity"
    if not isinstance(value, dict | list):
        return None
    if depth == DEEPEST:
        return TOO_DEEP
    parts = value.values() if isinstance(value, dict) else value
    suspects = [part for part in parts if type(part) not in HARMLESS]  # most parts are not worth a call each
    return next((found for part in suspects if (found := flaw(part, depth + 1))), None)


def pick(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What stands at a dotted path; `MISSING` if there is nothing, not even null."""
    return picked([record], path)[0]


def picked(records: Iterable[Any], path: tuple[str, ...]) -> list[Any]:
    """What stands at a dotted path of each record; `MISSING` where there is nothing, not even null."""
    values = list(records)
    for name in path:
        values = [value.get(name, MISSING) if type(value) is dict else _inside(value, name) for value in values]
    return values


def _inside(value: Any, name: str) -> Any:
    """A part of what is no plain object: of a list its element of that number."""
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return MISSING


def as_text(value: Any) -> str | None:
    """A parsed value as text: null is None, objects and lists are JSON."""
    if value is None or value is MISSING:
        return None
    return value if isinstance(value, str) else written(value)


def as_texts(values: Iterable[Any]) -> list[str | None]:
    """`as_text` of each value."""
    return [value if type(value) is str or type(value) is Number else as_text(value) for value in values]


def written(value: Any, depth: int = 0) -> str:
    """A parsed value as JSON again, numbers as they came; what is nested too deep is left out as `…`."""
    if isinstance(value, Number | Forbidden):
        return str(value)
    if isinstance(value, dict | list) and depth == DEEPEST:
        return "…"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k, ensure_ascii=False)}: {written(v, depth + 1)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(part, depth + 1) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Ambiguous(pairs)
