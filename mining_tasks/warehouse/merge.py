"""Merge: yesterday's state and tonight's news make tonight's state, of which only the touched months are written."""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from expectations.speak import arrow
from expectations.words import Table
from mining_tasks.warehouse import engine, shelf
from mining_tasks.warehouse.late import unmerged
from mining_tasks.warehouse.newest import counted, show_newest
from mining_tasks.warehouse.shelf import Drafting, FileEntry, Partition
from mining_tasks.warehouse.sql import column_list, filled, quoted

log = logging.getLogger(__name__)
MONTH_FILE = re.compile(r"part-(\d{4}-\d{2})\.parquet")


def merge(raw: Table, core: Table, night: date) -> str:
    """Draft tonight's state of `core`: per key the newest of the state before and the raw rows not merged yet.

    The newest version wins by the rule of `newest`, whichever night it came with, so late, replayed and repeated
    nights give the same state in any order. A `month_of` table has one file a month (`part-YYYY-MM.parquet`); months
    without news are taken over as they are. A row whose month changed leaves the old month and is told about.
    Raises `NotAccepted` if tonight's raw rows are not accepted; returns the draft's address.
    """
    before = shelf.read_before(core, night)
    news = unmerged(raw, night, before)
    drafting = shelf.new_draft(core, night)
    with engine.connected() as connection:
        _show_news(connection, raw, core, news)
        _show_before(connection, core, before.entries if before else (), before)
        connection.execute(filled(__file__, "contested.sql", columns=_columns(core), keys=column_list(core.key)))
        show_newest(connection, core, "contested", "winners")
        if core.month_of:
            _by_month(connection, drafting, before)
        else:
            connection.execute(filled(__file__, "whole.sql", columns=_columns(core), keys=column_list(core.key)))
            _write(connection, drafting, "part-0.parquet", "whole")
    return drafting.close([*news, *_as_fresh_as(news[0], before)])
