"""What we promise about segments: where each customer stands, who they are, and who moved."""

from expectations import fields
from expectations.words import Between, Column, Filled, Matches, OneOf, Rows, RowsNear, table

OWNER = "customer-analytics@example.com"
# The eleven named cells in common use for R and mean(F, M) scores of 1 to 5; see mining_tasks/segments/rfm.py.
RFM_CELLS = (
    "champions",
    "loyal",
    "potential loyalists",
    "new customers",
    "promising",
    "need attention",
    "about to sleep",
    "at risk",
    "cannot lose them",
    "hibernating",
    "lost",
    "no orders",
)
score = (Filled(), Between(0, 5))
NO_SCORE = "0 without an order; equal customers score alike"


def segment_id() -> Column:
    return Column(
        str,
        "Stable id of the segment, kept over nights and refits; `s_00` holds customers without a known order, ids from "
        "`s_80` on are RFM cells, used while no model serves.",
        promises=(Filled(), Matches("s_[0-9]{2}")),
    )


def segment_name() -> Column:
    return Column(str, "Readable name that stays with the id.", promises=(Filled(),))


@table(owner=OWNER, key=("customer_id",), promises=(Rows(), RowsNear()), keep_nights=60)
class pub_segments__customers:
    """One row per customer: the segment we would treat her as tomorrow, and her RFM scores."""

    customer_id = fields.customer_id
    segment_id = segment_id()
    segment_name = segment_name()
    fit_share = fields.share("How typical she is: 1 at the segment's centre, 0 halfway to the next one.")
    recency_days = fields.days("Days since the last order; missing without an order.")
    orders_count = fields.count("Orders up to the night.", Filled())
    currency = Column(str, "Currency of the amount; empty where the source gave none we know.", promises=(Filled(),))
    sales_amount = fields.money("What she paid, all time.", Filled())
    recency_score = Column(int, f"5 for the most recent fifth of buyers, {NO_SCORE}.", promises=score)
    frequency_score = Column(int, f"5 for the fifth with most orders, {NO_SCORE}.", promises=score)
    monetary_score = Column(int, f"5 for the fifth with most spend in her currency, {NO_SCORE}.", promises=score)
    rfm_cell = Column(str, "Named cell of her RFM scores.", promises=(Filled(), OneOf(RFM_CELLS)))
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


@table(
    owner=OWNER,
    key=("segment_id",),
    promises=(Rows(),),
    keep_nights=400,
    beware=(
        "Amounts hold customers of the shop's most used currency alone: money is never added over currencies.",
        "A segment is a description of tonight's customers, not a cause of what they do.",
        "Averages and lifts compare with buyers; `s_00` counts accounts that nothing verified ties to an order, among "
        "them people who did buy under another account.",
    ),
)
class pub_segments__personas:
    """One row per segment: who they are, in words and figures from the data."""

    segment_id = segment_id()
    segment_name = segment_name()
    customers_count = fields.count("Customers tonight.", Filled())
    customers_share = fields.share("Share of all customers.", Filled())
    currency = Column(str, "The shop's most used currency; empty where none is known.", promises=(Filled(),))
    sales_amount = fields.money("What they paid, all time.", Filled())
    sales_share = fields.share("Share of all that was paid; missing if nobody paid anything.")
    story = Column(str, "The persona in a paragraph made from the figures.", promises=(Filled(),))
    sets_apart = Column(str, "What differs most from the average buyer, with lifts.", promises=(Filled(),))
    rule = Column(
        str,
        "The rule of a depth-3 surrogate tree that tells them from the others, with how many it finds and how often it "
        "is right, on customers that the tree never saw; missing if none does.",
    )
    rule_fidelity_share = fields.share(
        "Share of the segment's customers that the tree, fitted on others, puts there too."
    )
    typical_basket = Column(
        str,
        "Departments that take a larger share of their spend than of all buyers', with lifts; only those where at "
        "least a fifth of the segment buys.",
    )
    recency_median_days = fields.days("Median days since the last order.")
    orders_mean = Column(float, "Mean orders.", promises=(Between(0.0),))
    basket_mean_amount = fields.money("Mean paid per order.")
    top_rfm_cell = Column(str, "Most common RFM cell.", promises=(OneOf(RFM_CELLS),))
    hierarchy_code = Column(str, "Branch of the Ward tree most of them stand in: segments of one branch are kin.")
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


@table(
    owner=OWNER,
    key=("from_segment_id", "to_segment_id"),
    promises=(Rows(),),
    keep_nights=400,
    beware=("On the first night nobody can have moved: every row then starts at `s_none`.",),
)
class pub_segments__transitions:
    """One row per pair of segments between which customers moved, or stayed, since the last published night."""

    from_segment_id = Column(
        str,
        "Segment on the last published night; `s_none`: not there then.",
        promises=(Filled(), Matches("s_(?:[0-9]{2}|none)")),
    )
    to_segment_id = Column(
        str, "Segment tonight; `s_none`: no longer there.", promises=(Filled(), Matches("s_(?:[0-9]{2}|none)"))
    )
    from_segment_name = Column(str, "Its name.", promises=(Filled(),))
    to_segment_name = Column(str, "Its name.", promises=(Filled(),))
    customers_count = fields.count("Customers.", Filled(), Between(1))
    from_share = fields.share("Share of the first segment's customers.", Filled())
    behaved_alike_count = fields.count("Of them: features unchanged but for the passing of time.", Filled())
    since_night = Column(fields.night.type, "The published night compared with; missing on the first.")
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
