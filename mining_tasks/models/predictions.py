"""What is kept of what was foretold: SQL that takes it out of the night's published tables, made from contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from expectations.speak.sql import literal
from expectations.words import Prediction
from mining_tasks.warehouse.shelf import Partition
from mining_tasks.warehouse.sql import filled, quoted

EVERY_NIGHTS = 7
ROWS_MOST = 250_000  # of a prediction and night: a tenth of them still tells a chance to a third of a point
RESPONSES_MOST = 2_000_000  # of many offers a customer; only those that a campaign reaches are ever compared
ALL_IDS = "c_g"  # above every id


@dataclass(frozen=True)
class Foretold:
    """A prediction that tonight's publication holds; whether it is kept because the night promoted a model."""

    part: Partition
    said: Prediction
    is_promotion: bool


def is_kept(night: date) -> bool:
    """Whether a night is one of those whose predictions are kept without another reason: one in seven, whatever ran."""
    return night.toordinal() % EVERY_NIGHTS == 0


def statements(found: Sequence[Foretold], segments: Partition | None) -> str:
    """The SQL that keeps these predictions, at least one, with the segments of the same night."""
    of_night = filled(__file__, "segments.sql", segments=quoted(segments.table.name)) if segments else ""
    steps = [of_night or filled(__file__, "no_segments.sql"), *(_kept(number, one) for number, one in enumerate(found))]
    selects = (filled(__file__, "foretold.sql", foretold=quoted(f"foretold_{number}")) for number in range(len(found)))
    return ";\n".join([*steps, "UNION ALL\n".join(selects)])


def _kept(number: int, one: Foretold) -> str:
    table, said = one.part.table, one.said
    is_money, is_response = said.came_code == "value", said.came_code == "response"
    pieces = {
        "foretold": quoted(f"foretold_{number}"),
        "table": quoted(table.name),
        "family": literal(table.room),
        "prediction": literal(said.column),
        "column": quoted(said.column),
        "low": _cell(said.low_column, "DOUBLE"),
        "high": _cell(said.high_column, "DOUBLE"),
        "due": quoted(said.due_column),
        "about": quoted("campaign_code") if is_response else literal(""),
        "currency": _cell("currency" if is_money else "", "VARCHAR"),
        "value_basis": _cell("value_basis_code" if is_money else "", "VARCHAR"),
        "came_code": literal(said.came_code),
        "is_promotion": literal(one.is_promotion),
        "below": literal(below(one.part.rows, RESPONSES_MOST if is_response else ROWS_MOST)),
    }
    return filled(__file__, "kept.sql", **pieces)


def _cell(column: str, kind: str) -> str:
    return quoted(column) if column else f"CAST(NULL AS {kind})"


def below(rows: int, most: int) -> str:
    """The bound on ids under which a fair sample of about `most` rows lies; above all of them if there are fewer."""
    return ALL_IDS if rows <= most else f"c_{most * 2**64 // rows:016x}"
