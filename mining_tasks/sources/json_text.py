"""JSON read so that nothing is lost: numbers stay as written, and what JSON forbids is found with its reason."""

import json
from collections.abc import Iterator, Mapping
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


def flaw(value: Any) -> str | None:
    """Why a parsed value cannot be trusted; None if it can."""
    return next(_flaws(value), None)


def pick(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What stands at a dotted path; `MISSING` if there is nothing, not even null."""
    value: Any = record
    for name in path:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def as_text(value: Any) -> str | None:
    """A parsed value as text: null is None, objects and lists are JSON."""
    if value is None or value is MISSING:
        return None
    return value if isinstance(value, str) else written(value)


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


def _flaws(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Ambiguous):
        yield "a key is given twice"
    elif isinstance(value, Forbidden):
        yield "holds NaN or Infinity"
    elif isinstance(value, dict | list) and depth == DEEPEST:
        yield TOO_DEEP
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _flaws(part, depth + 1)
