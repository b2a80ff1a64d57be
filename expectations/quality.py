"""What we promise about quality itself: which promises held, what was set aside, what each table cost."""

from expectations import fields
from expectations.words import Column, Filled, OneOf, Rows, Severity, table

OWNER = "data-engineering@example.com"


def table_name() -> Column:
    return Column(str, "The table.", promises=(Filled(),))


@table(owner=OWNER, key=("table_name", "promise"), promises=(Rows(),), keep_nights=400)
class pub_quality__promises:
    """One row per promise checked tonight: whether it held, and in how many rows it did not."""

    table_name = table_name()
    column_name = Column(str, "The column; missing where the promise is about the whole table.")
    promise = Column(str, "Its sentence.", promises=(Filled(),))
    severity_code = Column(
        str, "stop: the table is refused; warn: somebody is told.", promises=(Filled(), OneOf(tuple(Severity)))
    )
    has_held = Column(bool, "True if it held.", promises=(Filled(),))
    rows_count = fields.count("Rows checked.", Filled())
    broken_rows_count = fields.count("Rows that broke it, where rows can be told apart.")
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


@table(
    owner=OWNER,
    key=("table_name", "reason"),
    promises=(Rows(at_least=0),),
    keep_nights=400,
    beware=("Counts only; the rows themselves stay in quarantine: `goldseam quarantine list`.",),
)
class pub_quality__quarantine:
    """One row per table and reason for which rows were set aside tonight."""

    table_name = table_name()
    reason = Column(str, "Why, without values.", promises=(Filled(),))
    rows_count = fields.count("Rows set aside.", Filled())
    replayed_rows_count = fields.count("Of them replayed since.", Filled())
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


@table(
    owner=OWNER,
    key=("table_name",),
    promises=(Rows(),),
    keep_nights=400,
    beware=(
        "Received = loaded + quarantined + duplicates, also after a replay; the night's report is made before it.",
    ),
)
class pub_quality__runs:
    """One row per table accepted tonight: every row received is loaded, set aside or a duplicate."""

    table_name = table_name()
    table_run_id = Column(str, "The run that readers of the night see.", promises=(Filled(),))
    received_rows_count = fields.count(
        "Rows received from the source tonight; missing for tables made here and for those carried over."
    )
    loaded_rows_count = fields.count("Rows in the table.", Filled())
    quarantined_rows_count = fields.count("Rows set aside and not replayed since.", Filled())
    duplicate_rows_count = fields.count("Rows received more than once, or older versions of a key.", Filled())
    bytes_count = fields.count("Bytes on disk.", Filled())
    is_carried_over = Column(bool, "True if the last good night was kept because tonight failed.", promises=(Filled(),))
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
