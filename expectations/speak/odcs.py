"""Contracts as Open Data Contract Standard v3.1 (https://bitol-io.github.io/open-data-contract-standard/)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any

from expectations.speak import sql
from expectations.speak.ddl import kind
from expectations.words import (
    Between,
    Column,
    Consented,
    Filled,
    Matches,
    MostlyFilled,
    NotBefore,
    NotLonger,
    OneOf,
    OneRowPer,
    Pii,
    Promise,
    RefersTo,
    Rows,
    RowsNear,
    Severity,
    Steady,
    Table,
)

API_VERSION = "v3.1.0"
CLASSES = {  # the three words of the standard's own example, by what a column tells about a person
    Pii.NONE: "public",
    Pii.PSEUDONYM: "restricted",
    Pii.CONTACT: "confidential",
    Pii.SENSITIVE: "confidential",
    Pii.FREE_TEXT: "confidential",
}
TYPES = {
    str: "string",
    int: "integer",
    float: "number",
    Decimal: "number",
    bool: "boolean",
    date: "date",
    datetime: "timestamp",
}
SEVERITIES = {Severity.STOP: "error", Severity.WARN: "warning"}


def contract(tables: Sequence[Table]) -> dict[str, Any]:
    """The contract of one table, or of a family whose tables appear together; raises ValueError for none."""
    if not tables:
        raise ValueError("a contract is about at least one table")
    first = tables[0]
    owners = sorted({table.owner for table in tables})
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": first.name if len(tables) == 1 else f"{first.layer}_{first.room}",
        "name": first.name if len(tables) == 1 else first.room,
        "version": max((table.version for table in tables), key=_number),
        "status": "active",
        "domain": first.room,
        "description": _description(tables),
        "schema": [schema_object(table) for table in tables],
        "team": {"name": ", ".join(owners)},
        "support": [{"channel": owner, "url": f"mailto:{owner}", "tool": "email"} for owner in owners],
        "slaProperties": [
            {"property": "retention", "value": t.keep_nights, "unit": "d", "element": f"{t.name}.{t.key[0]}"}
            for t in tables
        ],
    }


def text(tables: Sequence[Table]) -> str:
    """The contract as YAML, which `datacontract lint` accepts."""
    import yaml  # needed by whoever wants the file, not by whoever reads contracts

    return str(yaml.safe_dump(contract(tables), sort_keys=False, allow_unicode=True, width=120))


def schema_object(table: Table) -> dict[str, Any]:
    """One table with its columns; promises about the whole of it are its quality rules."""
    whole = [promise for column, promise in table.all_promises if column is None]
    return {
        "name": table.name,
        "physicalName": table.name,
        "physicalType": "table",
        "logicalType": "object",
        "description": table.text,
        "dataGranularityDescription": table.grain,
        "properties": [_property(table, column) for column in table.columns],
        "quality": [_rule(promise, table, None) for promise in whole],
        "customProperties": [{"property": "version", "value": table.version}],
    }


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _description(tables: Sequence[Table]) -> dict[str, str]:
    said = {"purpose": "\n".join(table.grain for table in tables)}
    limits = [f"{table.name}: {note}" for table in tables for note in table.beware]
    return said | ({"limitations": "\n".join(limits)} if limits else {})


def _property(table: Table, column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": column.name,
        "logicalType": TYPES[column.type],
        "physicalType": kind(column),
        "description": column.text,
        "required": column.is_filled or column.name in table.key,
        "classification": CLASSES[column.pii],
    }
    if column.name in table.key:
        said |= {"primaryKey": True, "primaryKeyPosition": table.key.index(column.name) + 1}
    if options := _options(column):
        said["logicalTypeOptions"] = options
    to = [f"{promise.table}.{promise.column}" for promise in column.promises if isinstance(promise, RefersTo)]
    if to:
        said["relationships"] = [{"type": "foreignKey", "to": name} for name in to]
    if column.promises:
        said["quality"] = [_rule(promise, table, column) for promise in column.promises]
    facts = {"unit": column.unit, "privacy": column.pii.value}
    said["customProperties"] = [{"property": key, "value": value} for key, value in facts.items() if value]
    return said


def _options(column: Column) -> dict[str, Any]:
    """Bounds and forms that the standard writes beside the type; the narrowest of several."""
    options: dict[str, Any] = {}
    for promise in column.promises:
        if isinstance(promise, Between):
            lows = [low for low in (options.get("minimum"), _plain(promise.low)) if low is not None]
            highs = [high for high in (options.get("maximum"), _plain(promise.high)) if high is not None]
            options |= ({"minimum": max(lows)} if lows else {}) | ({"maximum": min(highs)} if highs else {})
        if isinstance(promise, Matches):
            options["pattern"] = f"^(?:{promise.pattern})$"
        if isinstance(promise, NotLonger):
            options["maxLength"] = min(promise.characters, options.get("maxLength", promise.characters))
    return options


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _rule(promise: Promise, table: Table, column: Column | None) -> dict[str, Any]:
    """A promise as a quality rule: its sentence, how bad a breach is, and a check that tools can run."""
    subject = column.name if column else table.name
    said = {"description": promise.sentence(subject), "severity": SEVERITIES[promise.severity]}
    return said | _say(promise, table, column)


@singledispatch
def _say(promise: Promise, table: Table, column: Column | None) -> dict[str, Any]:
    raise NotImplementedError(f"ODCS has not been taught {type(promise).__name__}: see speak/odcs.py")


@_say.register
def _(promise: Filled, table: Table, column: Column | None) -> dict[str, Any]:
    return {"type": "library", "metric": "nullValues", "mustBe": 0, "dimension": "completeness"}


@_say.register
def _(promise: MostlyFilled, table: Table, column: Column | None) -> dict[str, Any]:
    most = round(100 * (1 - promise.share), 6)
    rule = {"type": "library", "metric": "nullValues", "unit": "percent", "dimension": "completeness"}
    return rule | {"mustBeLessOrEqualTo": most}


@_say.register
def _(promise: OneOf, table: Table, column: Column | None) -> dict[str, Any]:
    values = {"validValues": [str(value) for value in promise.values]}
    return {"type": "library", "metric": "invalidValues", "arguments": values, "mustBe": 0, "dimension": "conformity"}


@_say.register(Between)
@_say.register(Matches)
@_say.register(NotLonger)
@_say.register(NotBefore)
def _(promise: Any, table: Table, column: Column) -> dict[str, Any]:
    """Counted by the same condition that quarantines a row."""
    counted = " ".join(["SELECT COUNT(*) FROM", sql.name(table.name), "WHERE", sql.condition(column, promise)])
    return {"type": "sql", "query": counted, "mustBe": 0, "dimension": "conformity"}


@_say.register
def _(promise: OneRowPer, table: Table, column: Column | None) -> dict[str, Any]:
    rule = {"type": "library", "metric": "duplicateValues", "mustBe": 0, "dimension": "uniqueness"}
    return rule | {"arguments": {"properties": list(promise.columns)}}


@_say.register
def _(promise: Rows, table: Table, column: Column | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "library", "metric": "rowCount", "dimension": "coverage"}
    if promise.at_most is None:
        return rule | {"mustBeGreaterOrEqualTo": promise.at_least}
    return rule | {"mustBeBetween": [promise.at_least, promise.at_most]}


@_say.register(RowsNear)
@_say.register(Steady)
@_say.register(RefersTo)
@_say.register(Consented)
def _(promise: Any, table: Table, column: Column | None) -> dict[str, Any]:
    """About other nights and other tables: the standard has words for it, no check."""
    return {"type": "text", "dimension": "consistency"}
