"""Why this score? The few columns that moved a customer furthest from the usual, in words, for a million at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.experiments.contributions import contributions
from mining_tasks.experiments.layout import Layout
from mining_tasks.experiments.learners import Scorer

Numbers = npt.NDArray[np.float64]
MOST = 3
ROWS_AT_ONCE = 50_000
ONE = r"(^1|[ ]1) (order|day|item|campaign|support ticket|open support ticket|review|star|department)s\b"
FIELD = re.compile(r"\{([a-z0-9_]+)(%?)\}")


@dataclass(frozen=True)
class Phrase:
    """How a column is said: `no order for {recency_days} days`; `{discount_share%}` is told in per cent.

    missing: what is said if one of the numbers in it is not known; nothing if empty.
    """

    text: str
    missing: str = ""


@dataclass(frozen=True)
class Reasons:
    """The columns of the table by name, and for each of n rows the places of those that count most (-1: none)."""

    columns: tuple[str, ...]
    place: npt.NDArray[np.int16]


def reasons(scorer: Scorer, taught: Layout, table: pa.Table, most: int = MOST) -> Reasons:
    """The columns that moved each row's score most, in the direction in which it lies from the usual.

    Raises TypeError for a model whose score is no sum over columns, `WrongColumns` as the layout does.
    """
    columns = tuple(dict.fromkeys(taught.sources))
    of = [columns.index(source) for source in taught.sources]
    sums = np.zeros((len(scorer.names), len(columns)))
    mine = [list(taught.names).index(name) for name in scorer.names]
    sums[np.arange(len(mine)), [of[place] for place in mine]] = 1
    found = [np.empty((0, most), np.int16)]
    for start in range(0, table.num_rows, ROWS_AT_ONCE):
        numbers = np.ascontiguousarray(taught.matrix(table.slice(start, ROWS_AT_ONCE))[:, mine])
        found.append(strongest(contributions(scorer.estimator, numbers) @ sums, most))
    return Reasons(columns, np.concatenate(found))


def strongest(added: Numbers, most: int = MOST) -> npt.NDArray[np.int16]:
    """n × c additions → the places of the largest in the direction of their sum, largest first; -1 fills up."""
    towards = added * np.where(added.sum(axis=1, keepdims=True) >= 0, 1.0, -1.0)
    kept = min(most, added.shape[1])
    best = np.argpartition(-towards, kept - 1, axis=1)[:, :kept] if kept < added.shape[1] else None
    best = np.tile(np.arange(kept), (len(added), 1)) if best is None else best
    size = np.take_along_axis(towards, best, axis=1)
    order = np.lexsort((best, -size), axis=1)
    best, size = np.take_along_axis(best, order, axis=1), np.take_along_axis(size, order, axis=1)
    found = np.full((len(added), most), -1, np.int16)
    found[:, :kept] = np.where(size > 0, best, -1)
    return found


def worded(found: Reasons, table: pa.Table, phrases: Mapping[str, Phrase]) -> pa.Array:
    """The reasons of each row as one text, strongest first, joined by `; `; empty where nothing can be said.

    Columns without a phrase are said by name. Raises KeyError for a phrase that needs a column the table lacks.
    """
    joined = pa.repeat(pa.scalar(""), table.num_rows)
    for rank in range(found.place.shape[1]):
        part = pc.fill_null(_said(found, rank, table, phrases), "")
        between = pc.if_else(pc.or_(pc.equal(joined, ""), pc.equal(part, "")), "", "; ")
        joined = pc.binary_join_element_wise(joined, between, part, "")
    return pc.replace_substring_regex(pc.replace_substring(joined, "  ", " "), ONE, r"\1 \2")


def _said(found: Reasons, rank: int, table: pa.Table, phrases: Mapping[str, Phrase]) -> pa.Array:
    place = found.place[:, rank]
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(found.columns) + 1))
    texts = [pa.nulls(int(bounds[0]), pa.string())]
    for number, column in enumerate(found.columns):
        rows = order[bounds[number] : bounds[number + 1]]
        phrase = phrases.get(column, Phrase(f"{column.replace('_', ' ')}: {{{column}}}"))
        texts.append(_filled(phrase, table, rows) if len(rows) else pa.array([], pa.string()))
    return pa.concat_arrays(texts).take(pa.array(np.argsort(order)))


def _filled(phrase: Phrase, table: pa.Table, rows: npt.NDArray[np.int64]) -> pa.Array:
    pieces = FIELD.split(phrase.text)  # text, column, percent sign, text, column, …
    parts: list[object] = []
    for at in range(0, len(pieces), 3):
        parts.append(pieces[at])
        if at + 1 < len(pieces):
            cells = table[pieces[at + 1]].take(pa.array(rows))
            parts.append(_told(cells, pieces[at + 2] == "%"))
    if len(parts) == 1:
        return pa.repeat(pa.scalar(phrase.text), len(rows))
    texts = pc.binary_join_element_wise(*parts, "", null_handling="emit_null")
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return pc.fill_null(texts, phrase.missing) if phrase.missing else texts


def _told(cells: pa.ChunkedArray, is_share: bool) -> pa.Array:
    """Texts as they are, a missing one empty; whole numbers, below ten one place behind the point if there is any."""
    kind = cells.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return pc.fill_null(pc.cast(cells, pa.string()), "").combine_chunks()
    numbers = np.array(pc.fill_null(pc.cast(cells, pa.float64()), np.nan).to_numpy(), np.float64)
    known = np.isfinite(numbers)
    shown = np.where(known, numbers * (100 if is_share else 1), 0)
    whole = pc.cast(pa.array(np.rint(shown).astype(np.int64)), pa.string())
    tenths = np.rint(shown * 10).astype(np.int64)
    is_small = known & (np.abs(tenths) < 100) & (tenths % 10 != 0) & (not is_share)
    if is_small.any():
        whole = pc.if_else(pa.array(is_small), pc.cast(pa.array(tenths / 10), pa.string()), whole)
    text = pc.binary_join_element_wise(whole, "%", "") if is_share else whole
    return pc.if_else(pa.array(known), text, None)


def unphrased(taught: Layout, phrases: Mapping[str, Phrase]) -> Sequence[str]:
    """Columns that would be said by their bare name."""
    return [column.name for column in taught.columns if column.name not in phrases]
