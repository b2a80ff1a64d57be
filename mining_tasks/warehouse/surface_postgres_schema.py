"""How the Postgres surface is built: run-tagged tables nobody reads, views over a pointer that readers use.

Nothing here is ever dropped, renamed or truncated; statements that lock run only where something is missing.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg
from psycopg import errors, sql

from expectations.speak import ddl
from expectations.words import Table

DATA, VIEWS, READER = "goldseam_data", "goldseam", "goldseam_reader"
BUILDING = 7_240_002  # PostgreSQL's lock while the surface is built: one process at a time
LOCK_TRIES = 60
LOCK_SECONDS = 1  # who waits for a lock makes every later reader wait behind it: give way and try again
PAUSE_SECONDS = 0.25
LOADS = """
CREATE TABLE IF NOT EXISTS goldseam_data.loads (
  table_name text NOT NULL, run_id text NOT NULL, rows bigint NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (table_name, run_id))"""
POINTERS = """
CREATE TABLE IF NOT EXISTS goldseam_data.pointers (
  table_name text PRIMARY KEY, family text NOT NULL, night date NOT NULL, run_id text NOT NULL,
  data_as_of date NOT NULL, is_stale boolean NOT NULL, is_marked_stale boolean NOT NULL, why_stale text NOT NULL,
  published_at timestamptz NOT NULL, rows_count bigint NOT NULL)"""
OWNER = """
CREATE TABLE IF NOT EXISTS goldseam_data.home (is_only boolean PRIMARY KEY CHECK (is_only), identity text NOT NULL)"""
PUBLISHED = """
CREATE OR REPLACE VIEW goldseam.published AS SELECT family, table_name, night, run_id, data_as_of, is_stale, why_stale,
  published_at, rows_count FROM goldseam_data.pointers"""
Made = TypeVar("Made")


class SurfaceRefused(ValueError):
    """The Postgres surface cannot take the table: a right is missing, or a column has another type there."""


def locked(connection: psycopg.Connection, build: Callable[[], Made]) -> Made:
    """Run `build` in a transaction of its own that waits briefly for locks and tries again, never in a reader's way."""
    for turn in range(LOCK_TRIES):
        try:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [BUILDING])
                connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(f"{LOCK_SECONDS}s")))
                return build()
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            if turn == LOCK_TRIES - 1:
                raise
            time.sleep(PAUSE_SECONDS)
        except errors.InsufficientPrivilege as fault:
            raise SurfaceRefused(f"Postgres: {fault.diag.message_primary}. Next: docs/production.md, rights") from fault
    raise AssertionError("unreachable")


def build(connection: psycopg.Connection) -> None:
    """Schemas, the tables of loads and pointers, and the readers' role; does nothing where they stand."""
    there = connection.execute("SELECT to_regclass('goldseam.published') IS NOT NULL").fetchone()
    if not there or not there[0]:
        locked(connection, lambda: _build(connection))


def claim(connection: psycopg.Connection, identity: str) -> None:
    """Make the surface this home's, or raise `SurfaceRefused` if it is another's: two shops would mix in it."""
    connection.execute("INSERT INTO goldseam_data.home VALUES (true, %s) ON CONFLICT DO NOTHING", [identity])
    if connection.execute("SELECT identity FROM goldseam_data.home").fetchone() != (identity,):
        raise SurfaceRefused(
            "this Postgres database holds another shop's tables (or this home's hash.key was replaced). "
            "Next: give each home a database of its own in GOLDSEAM_POSTGRES_URL"
        )


def _build(connection: psycopg.Connection) -> None:
    role = sql.Identifier(READER)
    for schema in (DATA, VIEWS):
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
    connection.execute(LOADS)
    connection.execute(POINTERS)
    connection.execute(OWNER)
    connection.execute(PUBLISHED)
    _make_role(connection)
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA goldseam TO {}").format(role))
    connection.execute(sql.SQL("GRANT SELECT ON goldseam.published TO {}").format(role))


def _make_role(connection: psycopg.Connection) -> None:
    """The group role that readers are members of; roles belong to the server, so another database may have made it."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER]).fetchone():
        return
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(READER)))
    except (errors.DuplicateObject, errors.UniqueViolation):
        return


def build_table(connection: psycopg.Connection, table: Table) -> None:
    """The table that holds the runs of `table`; columns that the contract gained are added."""
    kinds = columns(connection, DATA, table.name)
    wrong = [c.name for c in table.columns if c.name in kinds and not _same(kinds[c.name], ddl.kind(c))]
    if wrong:
        raise SurfaceRefused(
            f"{table.name}: {', '.join(wrong)} has another type in Postgres; a new type needs a table of a new name"
        )
    if not kinds:
        locked(connection, lambda: connection.execute(ddl.create(table, DATA).encode()))
    elif any(column.name not in kinds for column in table.columns):
        locked(connection, lambda: _add_columns(connection, table, list(kinds)))
    required = _required(connection, table)
    if any(not column.is_filled and column.name in required for column in table.columns):
        locked(connection, lambda: _loosen(connection, table, required))


def _loosen(connection: psycopg.Connection, table: Table, required: set[str]) -> None:
    loosen = sql.SQL("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL")
    for column in table.columns:
        if not column.is_filled and column.name in required:
            connection.execute(loosen.format(sql.Identifier(DATA, table.name), sql.Identifier(column.name)))


def _same(there: str, promised: str) -> bool:
    return there.replace(" ", "") == promised.replace(" ", "")


def _add_columns(connection: psycopg.Connection, table: Table, there: Sequence[str]) -> None:
    for column, statement in zip(table.columns, ddl.add_columns(table, DATA), strict=True):
        if column.name not in there:
            connection.execute(statement.encode())


def columns(connection: psycopg.Connection, schema: str, name: str) -> dict[str, str]:
    """Columns of a table or view and their types, in order; empty if it does not exist."""
    found = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        [schema, name],
    )
    return {str(row[0]): str(row[1]) for row in found}


def _required(connection: psycopg.Connection, table: Table) -> set[str]:
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_nullable = 'NO'",
        [DATA, table.name],
    )
    return {str(row[0]) for row in found}


def build_view(connection: psycopg.Connection, table: Table) -> None:
    """The view that readers use: the run that the pointer names, and no other; made anew only to gain a column."""
    there = list(columns(connection, VIEWS, table.name))
    wanted = [column.name for column in table.columns] + [ddl.RUN_ID]
    added = [name for name in wanted if name not in there]
    if added:
        locked(connection, lambda: _build_view(connection, table, there + added))


def _build_view(connection: psycopg.Connection, table: Table, names: Sequence[str]) -> None:
    view = sql.Identifier(VIEWS, table.name)
    statement = sql.SQL(
        "CREATE OR REPLACE VIEW {} AS SELECT {} FROM {} AS d"
        " JOIN goldseam_data.pointers AS p ON p.run_id = d.run_id AND p.table_name = {}"
    )
    chosen = sql.SQL(", ").join([_chosen(name) for name in names])
    connection.execute(statement.format(view, chosen, sql.Identifier(DATA, table.name), sql.Literal(table.name)))
    connection.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(view, sql.Identifier(READER)))
    for comment in ddl.comments(table, VIEWS, "VIEW"):
        connection.execute(comment.encode())


def _chosen(name: str) -> sql.Composable:
    if name == "is_stale":
        return sql.SQL("(d.is_stale OR p.is_marked_stale) AS is_stale")
    return sql.Identifier("d", name)
