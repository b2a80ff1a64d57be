"""Dirt stays the dirt that it was, whatever else happens to its file."""

from datetime import date

from mining_tasks.demo.planted.dirt.dirty import DirtyFile
from mining_tasks.demo.planted.dirt.files import BYTE_ORDER_MARK, drifted

NIGHT = date(2026, 10, 25)


def test_a_new_first_column_leaves_byte_order_marks_in_front_and_blank_lines_blank() -> None:
    whose = DirtyFile("support", "reviews", "reviews-2026-10-25.csv.gz", NIGHT, 1)
    header, lines, dirt = drifted(whose, b"id,language", [b"1,de", BYTE_ORDER_MARK + b"2,de", b""])
    assert header == b"channel,id,locale"
    assert lines == [b"app,1,de", BYTE_ORDER_MARK + b"app,2,de", b""]
    assert dirt["kind_code"].to_pylist() == ["schema_drift"]
