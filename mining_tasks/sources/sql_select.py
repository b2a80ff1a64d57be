"""The statement that reads one mapped table's window: built from names that were checked, with every value bound."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from mining_tasks.sources.faults import Drifted
from mining_tasks.sources.settings import Mapped
from mining_tasks.sources.window import Window

Types = Mapping[str, Mapping[str, sa.types.TypeEngine[Any]]]  # table → column → type, as the database says
AsText = Callable[[ColumnElement[Any]], ColumnElement[Any]]
HAS_ZONE = ("*Z", "*[+-][0-9][0-9]:[0-9][0-9]")


def tables_of(mapped: Mapped) -> tuple[str, ...]:
    """The tables at the source that a mapped table is read from."""
    return (mapped.origin, mapped.join.table) if mapped.join else (mapped.origin,)


def found_types(connection: sa.Connection, mapped: Mapped, schema: str | None) -> Types:
    """What the database says of these tables; raises `Drifted` with all that is mapped but not there."""
    inspector = sa.inspect(connection)
    types = {name: _columns(inspector, name, schema) for name in tables_of(mapped)}
    references = [*mapped.columns.values(), mapped.changed]
    references += [f"{mapped.origin}.{child}" for child in mapped.join.on] if mapped.join else []
    references += [f"{mapped.join.table}.{parent}" for parent in mapped.join.on.values()] if mapped.join else []
    wanted = [_split(mapped, reference) for reference in references]
    if gone := sorted({f"{table}.{column}" for table, column in wanted if column not in types[table]}):
        there = "; ".join(f"{name} has {', '.join(columns)}" for name, columns in types.items())
        raise Drifted(f"{mapped.table.name}: {', '.join(gone)} is mapped but not there; {there}")
    return types


def unmapped(mapped: Mapped, types: Types) -> list[str]:
    """Columns of the table itself that nothing of ours is read from."""
    used = {_split(mapped, reference) for reference in (*mapped.columns.values(), mapped.changed)}
    used |= {(mapped.origin, child) for child in mapped.join.on} if mapped.join else set()
    return [column for column in types[mapped.origin] if (mapped.origin, column) not in used]


class Reading:
    """The statements over one mapped table and one window, for one dialect."""

    def __init__(self, mapped: Mapped, window: Window, types: Types, schema: str | None) -> None:
        self.mapped, self.window, self.types = mapped, window, types
        self._tables = {
            name: sa.table(_exact(name), *(sa.column(_exact(c), t) for c, t in types[name].items()), schema=schema)
            for name in types
        }

    def rows(self, as_text: AsText) -> sa.Select[Any]:
        """Our columns, in the order of the contract, as text."""
        columns = self.mapped.columns
        wanted = [c.name for c in self.mapped.table.columns if c.name in columns]
        return self._from(sa.select(*(as_text(self._column(columns[name])).label(name) for name in wanted)))

    def count(self) -> sa.Select[Any]:
        """How many rows that is."""
        return self._from(sa.select(sa.func.count()))

    def all_rows(self) -> sa.Select[Any]:
        """How many rows the table has, whenever they changed."""
        return sa.select(sa.func.count()).select_from(self._tables[self.mapped.origin])

    def span(self, reference: str) -> sa.Select[Any]:
        """The smallest and the greatest value of a column."""
        column = self._column(reference)
        return sa.select(sa.func.min(column), sa.func.max(column))

    def _from(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        source: Any = self._tables[self.mapped.origin]
        if join := self.mapped.join:  # outer at first: a line without its order must be seen once, and set aside
            pairs = [source.c[child] == self._tables[join.table].c[parent] for child, parent in join.on.items()]
            is_first_load = self.window.start is None
            source = source.join(self._tables[join.table], sa.and_(*pairs), isouter=is_first_load)
        return statement.select_from(source).where(self._in_window())

    def _in_window(self) -> ColumnElement[bool]:
        """Changed within the window, or at a time that nobody can tell."""
        column = self._column(self.mapped.changed)
        moment, bound = self._clock(column)
        within = moment < bound(self.window.end)
        if self.window.start is not None:
            within = sa.and_(moment >= bound(self.window.start), within)
        return sa.or_(within, moment.is_(None))

    def _clock(self, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], Callable[[Any], Any]]:
        """The column as something that can be compared, and how an instant is said to it."""
        kind = column.type
        if isinstance(kind, sa.DateTime):
            return column, (lambda at: at) if kind.timezone else self.window.naive
        if isinstance(kind, sa.Date):
            return column, lambda at: self.window.naive(at).date()
        subject = f"{self.mapped.table.name}: changed = {self.mapped.changed}"
        raise Drifted(f"{subject} is {kind!r}, not a time; map a view that casts it")

    def _column(self, reference: str) -> ColumnElement[Any]:
        table, column = _split(self.mapped, reference)
        return self._tables[table].c[column]


class SqliteReading(Reading):
    """SQLite knows no times: texts are read as ISO 8601, with or without a zone."""

    def _in_window(self) -> ColumnElement[bool]:
        """Told that a later night wants few rows, SQLite finds lines by their orders, not the order of every line."""
        within = super()._in_window()
        is_later = self.window.start is not None
        return sa.func.unlikely(within) if is_later else within  # untyped: of a Boolean it would be asked if it is 1

    def _clock(self, column: ColumnElement[Any]) -> tuple[ColumnElement[Any], Callable[[Any], Any]]:
        text = sa.cast(column, sa.Text)
        has_zone = sa.or_(*(text.op("GLOB")(pattern) for pattern in HAS_ZONE))

        def bound(at: Any) -> Any:
            utc, naive = at.replace(tzinfo=None), self.window.naive(at)
            return _day_number(utc) if utc == naive else sa.case((has_zone, _day_number(utc)), else_=_day_number(naive))

        return sa.func.julianday(text), bound  # to the millisecond; strftime would cost twice as much


def _day_number(at: datetime) -> ColumnElement[Any]:
    return sa.func.julianday(at.isoformat(" ", "milliseconds"))


def _split(mapped: Mapped, reference: str) -> tuple[str, str]:
    table, _, column = reference.rpartition(".")
    return table or mapped.origin, column


def _columns(inspector: sa.Inspector, name: str, schema: str | None) -> dict[str, sa.types.TypeEngine[Any]]:
    try:
        return {column["name"]: column["type"] for column in inspector.get_columns(name, schema)}
    except sa.exc.NoSuchTableError:
        there = sorted({*inspector.get_table_names(schema), *inspector.get_view_names(schema)})
        shown = ", ".join(there[:50]) or "no table that we may see"
        raise Drifted(f"{name} is mapped but not there; the database has {shown}") from None


def _exact(name: str) -> sa.sql.quoted_name:
    return sa.sql.quoted_name(name, quote=True)
