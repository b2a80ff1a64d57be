"""Scores: the pairs that may join, and the parameters by which they are weighed."""

import duckdb
import pyarrow as pa

from mining_tasks.identities import company, likeness
from mining_tasks.identities.blocks import close_blocks, find_candidates, key_accounts, sizes
from mining_tasks.identities.chance import chance
from mining_tasks.identities.link import Bars, link_sure
from mining_tasks.identities.model import Model, trained
from mining_tasks.identities.rules import Rules
from mining_tasks.identities.tables import make
from mining_tasks.identities.threshold import limits
from mining_tasks.warehouse.engine import sql

NEAR_BITS = -2.0  # below it no pair is kept for company to judge: few are true, though it may add 2.5 bits
LEFT_BY_LEARNING = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'likenesses'"


def learn(connection: duckdb.DuckDBPyConnection, rules: Rules) -> pa.Table:
    """The parameters that tonight's accounts teach, without labels: columns parameter_code and value."""
    _prove(connection)
    key_accounts(connection)
    largest = sizes(connection)
    close_blocks(connection, largest)
    find_candidates(connection)
    connection.execute(sql(__file__, "hold.sql"))
    likeness.compare(connection)
    patterns, share = likeness.patterns(connection)
    accounts = connection.execute("SELECT count(*) FROM accounts").fetchall()[0][0]
    model = trained(patterns, chance(connection).sampled(share), accounts)
    likeness.judge(connection, model)
    make(connection, "pairs", near=NEAR_BITS)
    company.meet(connection, link_sure(connection))
    model.company, model.largest = company.shifts(connection), largest
    model.threshold_weight, model.most_strange = limits(curve(connection, model.company), rules.precision)
    return model.rows()


def curve(connection: duckdb.DuckDBPyConnection, shifts: company.Shifts) -> pa.Table:
    """How many `pairs` there are of each match_weight, with what company adds, and their probabilities: of the ties
    within sure clusters, and of those between them all that they would join."""
    company.tell(connection, shifts)
    return connection.sql(sql(__file__, "curve.sql")).to_arrow_table()


def bars(parameters: pa.Table) -> Bars:
    """What a tie by likeness needs to join."""
    model = Model.of(parameters)
    return Bars(model.threshold_weight, model.most_strange, model.company)


def fingerprints(connection: duckdb.DuckDBPyConnection, parameters: pa.Table) -> None:
    """Make `fingerprints`: of each of `accounts` all that its pairs hang on, besides the parameters."""
    if not _has_learnt(connection):
        key_accounts(connection)
        close_blocks(connection, Model.of(parameters).largest)
    make(connection, "fingerprints")


def score(connection: duckdb.DuckDBPyConnection, parameters: pa.Table, touched: str | None) -> None:
    """Make `pairs`: all, or only those with at least one account of the table `touched`."""
    model = Model.of(parameters)
    has_learnt = _has_learnt(connection)
    if touched or not has_learnt:
        if has_learnt:  # proofs of all are there, keys no more
            key_accounts(connection)
        else:
            _prove(connection, touched)
        find_candidates(connection, touched)
        if touched:
            make(connection, "compared_here")
        else:
            connection.execute(sql(__file__, "hold.sql"))
        likeness.compare(connection, "compared_here" if touched else "compared")
    likeness.judge(connection, model)
    make(connection, "pairs", near=NEAR_BITS)


def _has_learnt(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute(LEFT_BY_LEARNING).fetchall()[0][0])


def _prove(connection: duckdb.DuckDBPyConnection, touched: str | None = None) -> None:
    """Make `proved`: all pairs, or at least those with an account of the table `touched`."""
    connection.execute(sql(__file__, "telling_of_touched.sql" if touched else "telling.sql"))
    make(connection, "proved")
