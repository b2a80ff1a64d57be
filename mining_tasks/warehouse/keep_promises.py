"""Checks every promise about a draft before anybody reads it; whatever could not be checked counts as broken.

Rows are judged twice: by SQL, which counts the broken rows among all of them, and by Great Expectations, as pandas
frames: a second reading of the same promises, by other people's code. Both must find nothing. Great Expectations sees
every row of a table of up to `SEEN_ROWS`, and of a larger one so many, spread evenly: it costs several times as much a
row, and checking must not take a greater part of the night as the shop grows. Decimals and whole numbers with gaps
reach it as floats: rounding keeps order, so it can only overlook a breach smaller than a float can tell, and that one
SQL sees exactly.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.speak import arrow, sql
from expectations.words import Column, Promise, RowPromise, Severity
from mining_tasks.warehouse import engine, spread, unsealed, whole_table
from mining_tasks.warehouse.checks import BrokenPromises, Check, Found, check
from mining_tasks.warehouse.deadline import in_time
from mining_tasks.warehouse.made_once import made_once
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import quoted
from mining_tasks.warehouse.whole_table import Question

__all__ = ["BrokenPromises", "Check", "broken", "checked"]

SEEN_ROWS = 250_000  # a bound on what Great Expectations costs a table, about a quarter of a second
CHUNK_ROWS = 250_000
CHUNK_BYTES = 128 * 2**20  # long texts: a frame takes about twice its Arrow size
PATIENCE_SECONDS = 180.0  # importing Great Expectations takes 3 s, a small table 0.2 s
PATIENCE_SECONDS_A_ROW = 100e-6  # a hundred times the 0.9 microseconds measured on order lines

Key = tuple[str | None, str]
Answer = TypeVar("Answer")


def broken(draft: Partition, beside: Sequence[Partition] = ()) -> list[Check]:
    """The checks that did not hold, of either severity."""
    return [check for check in checked(draft, beside) if not check.held]


def checked(draft: Partition, beside: Sequence[Partition] = ()) -> list[Check]:
    """One check for each promise of the draft's contract, after one for its columns.

    beside: drafts to be accepted in the same transaction; references into them are looked up there.
    Never raises for what the data are: a missing column, a rule that raised or hung, an answer that did not come,
    all are checks that did not hold.
    """
    patience = PATIENCE_SECONDS + draft.rows * PATIENCE_SECONDS_A_ROW
    shape = _shape(draft)
    counted, why_not_counted = _heard(patience, lambda: _answered_by_sql(draft, beside))
    seen, why_not_seen = _heard(patience, lambda: _seen_by_gx(draft))
    found = [shape]
    for column, promise in draft.table.all_promises:
        key = _key(draft, column, promise)
        answer = (counted or {}).get(key) or Found(False, why=f"could not be counted ({why_not_counted})")
        if isinstance(promise, RowPromise):
            answer = _both(answer, (seen or {}).get(key), why_not_seen)
        found.append(check(draft.table, column, promise, answer, draft.rows))
    return found


def _heard(patience: float, work: Callable[[], Answer]) -> tuple[Answer | None, str]:
    """What a checker answered; or nothing, and the kind of its failure, without the message: it may hold values."""
    try:
        return in_time(patience, work), "no answer"
    except Exception as fault:
        return None, type(fault).__name__


def _key(draft: Partition, column: Column | None, promise: Promise) -> Key:
    subject = column or draft.table
    return (column.name if column else None, promise.sentence(subject.name))


def _both(counted: Found, seen: bool | None, why_not_seen: str) -> Found:
    """Held only if SQL found no broken row and Great Expectations said so of every chunk."""
    if seen:
        return counted
    if seen is None:
        return Found(False, counted.broken_rows, f"could not be checked ({why_not_seen})")
    disagreement = "Great Expectations says no, SQL finds no such row" if counted.held else counted.why
    return Found(False, counted.broken_rows, disagreement)


def _shape(draft: Partition) -> Check:
    """Whether every file has exactly the contract's columns, each of its type."""
    table = draft.table
    promised = {field.name: field.type for field in arrow.open_schema(table)}
    try:
        found = [{field.name: field.type for field in pq.read_schema(file)} for file in draft.files]
    except (OSError, pa.ArrowException) as fault:
        return _shape_check(draft, f"a file cannot be read ({type(fault).__name__})")
    faults = {f"{name} is missing" for each in found for name in promised.keys() - each.keys()}
    faults |= {f"{name} was not promised" for each in found for name in each.keys() - promised.keys()}
    shared = [(name, each[name]) for each in found for name in promised.keys() & each.keys()]
    faults |= {f"{name} is {kind}, not {promised[name]}" for name, kind in shared if kind != promised[name]}
    return _shape_check(draft, "; ".join(sorted(faults)))


def _shape_check(draft: Partition, fault: str) -> Check:
    sentence = f"{draft.table.name} has the columns of its contract {draft.table.version}"
    return Check(draft.table.name, None, sentence, Severity.STOP, not fault, draft.rows, None, fault)


def _answered_by_sql(draft: Partition, beside: Sequence[Partition]) -> dict[Key, Found]:
    """Every promise answered by DuckDB; those that raised are left out."""
    with engine.connected(private=bool(draft.table.contact)) as connection:
        unsealed.show(connection, draft)
        question = Question(connection, draft, whole_table.count_rows(connection, draft), beside)
        answers: dict[Key, Found] = {}
        for column, promise in draft.table.all_promises:
            if not isinstance(promise, RowPromise):
                answers[_key(draft, column, promise)] = _asked(promise, question, column)
        return answers | _row_counts(question)


def _asked(promise: Promise, question: Question, column: Column | None) -> Found:
    """One question that raised does not silence the others."""
    try:
        return whole_table.asked(promise, question, column)
    except Exception as fault:
        return Found(False, why=f"could not be checked ({type(fault).__name__})")


def _row_counts(question: Question) -> dict[Key, Found]:
    """Broken rows of each promise about rows, in one pass over the draft."""
    draft = question.draft
    about_rows = [(c, p) for c, p in draft.table.all_promises if c and isinstance(p, RowPromise)]
    if not about_rows:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {sql.condition(c, p)})" for c, p in about_rows)
    row = question.connection.execute(" ".join(["SELECT", counts, "FROM", quoted(draft.table.name)])).fetchone()
    numbers = [int(number) for number in row or ()]
    return {
        _key(draft, column, promise): Found(number == 0, number)
        for (column, promise), number in zip(about_rows, numbers, strict=True)
    }


def _seen_by_gx(draft: Partition) -> dict[Key, bool]:
    """What Great Expectations says of every promise about rows: True only if it held in each chunk."""
    seen: dict[Key, bool] = {}
    for chunk in _chunks(draft):
        results = _judged(draft, chunk)
        about_chunk = all(result.success for result in results if _told(result)[0] is None)
        for result in results:
            if _told(result)[0] is not None:
                seen[_told(result)] = seen.get(_told(result), True) and bool(result.success) and about_chunk
    return seen


def _judged(draft: Partition, chunk: pa.Table) -> list[Any]:
    """The results of one chunk. By the validator itself: `Batch.validate` would hash the whole frame a second time."""
    from great_expectations.validator.v1_validator import Validator

    from expectations.speak.suite import suite_of_rows  # seconds to import: only where something is checked

    frame = _frame(chunk)
    validator = Validator(_batches(), result_format="BOOLEAN_ONLY", batch_parameters={"dataframe": frame})
    with made_once():
        return list(validator.validate_expectation_suite(suite_of_rows(draft.table, len(frame))).results)


def _told(result: Any) -> Key:
    """Which promise a result answers: the suite wrote it into each expectation."""
    config = result.expectation_config
    return ((config.meta or {}).get("column"), str(config.description))


@cache
def _batches() -> Any:
    """Where Great Expectations takes frames from: a context that lives in memory, says nothing and calls nobody."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # its warnings can show values
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("drafts").add_dataframe_asset("chunks")
    return asset.add_batch_definition_whole_dataframe("chunk")


def _frame(chunk: pa.Table) -> Any:
    """A chunk as pandas. Days become UTC instants and decimals floats, which Great Expectations compares fast."""
    columns = {}
    for name, column in zip(chunk.column_names, chunk.columns, strict=True):
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        if pa.types.is_date(column.type):
            column = column.cast(pa.timestamp("us", tz="UTC"))
        columns[name] = column
    return pa.table(columns).to_pandas()


def _chunks(draft: Partition) -> Iterator[pa.Table]:
    """The rows to be seen, bounded by rows and bytes; files without rows are one empty chunk."""
    waiting: list[pa.Table] = []
    empty = True
    whole = {file: unsealed.Whole(draft, file.name) for file in draft.files}
    for piece in spread.rows_of(draft.files, SEEN_ROWS):
        empty = False
        waiting.append(whole[piece.file].rows(piece.group, piece.rows, piece.first))
        if sum(t.num_rows for t in waiting) >= CHUNK_ROWS or sum(t.nbytes for t in waiting) >= CHUNK_BYTES:
            yield pa.concat_tables(waiting, promote_options="default")
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting, promote_options="default")
    if empty and draft.files:
        yield whole[draft.files[0]].rows(0, pq.read_schema(draft.files[0]).empty_table())
