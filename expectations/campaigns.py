"""What we promise about campaigns: how each customer takes to each offer, and what a contact changes where we know."""

from datetime import date

from expectations import fields
from expectations.crm import CHANNELS
from expectations.words import (
    Between,
    Column,
    Consented,
    Filled,
    Matches,
    NotLonger,
    OneOf,
    Prediction,
    Rows,
    RowsNear,
    table,
)

OWNER = "crm@example.com"
EFFECTS = ("uplift", "affinity")
BASES = ("margin", "revenue")


def campaign_code(text: str, *promises: Filled) -> Column:
    """The repeatable offer: the CRM's kind of campaign and its channel, such as `voucher_email`."""
    return Column(str, text, promises=(Matches("[a-z0-9_]{1,80}"), *promises))


def change(text: str) -> Column:
    """A change of a probability: negative where a contact puts people off."""
    return Column(float, text, unit="share", promises=(Between(-1.0, 1.0),))


@table(
    owner=OWNER,
    key=("customer_id", "campaign_code"),
    promises=(Rows(at_least=0),),
    keep_nights=60,
    predictions=(Prediction(column="response_probability", due_column="due_date", came_code="response"),),
    beware=(
        "`affinity` says who responds, not who buys because of the contact: many would have bought anyway.",
        "An uplift stands only where a random control group was held out and is none the less an estimate: read its "
        "interval before acting on one customer.",
        "Consent, budgets and rest are not looked at here; `pub_campaigns__best` keeps them.",
    ),
)
class pub_campaigns__affinities:
    """One row per customer and active offer: what we expect if she is contacted with it the day after the night."""

    customer_id = fields.customer_id
    campaign_code = campaign_code("The offer: kind of campaign and channel.", Filled())
    response_probability = fields.share(
        "Probability that she responds within the window if contacted; missing where no campaign ever reached anybody."
    )
    window_days = fields.count("Days after the contact within which a response counts.", Filled())
    due_date = Column(date, "The last day of that window: from then on it shows.", promises=(Filled(),))
    effect_code = Column(
        str,
        "uplift: what a contact changes was measured against random control groups; affinity: only responses are "
        "known, and what would have come anyway is among them, or no order of hers is known, so no group tells of her.",
        promises=(Filled(), OneOf(EFFECTS)),
    )
    uplift_probability = change(
        "Change of her expected orders within the window through a contact: the probability of one order more, less "
        "that of one fewer; missing for an affinity."
    )
    uplift_low_probability = change(
        "Its 95 % interval from below: of what is known of customers who buy like her, not of her alone; missing for "
        "an affinity."
    )
    uplift_high_probability = change("The same from above.")
    value_amount = fields.money(
        "Expected value of a contact before its cost: the orders it brings times what an order of hers is worth, over "
        "the kinds of customer she may be; negative where a contact puts her off. If no order of hers is known: what "
        "it gained of others on average, as much more as she is likelier to respond, in the shop's most used currency."
    )
    currency = fields.currency
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


POLICIES = ("personal", "best single", "none")
INTENDED = campaign_code(
    "Of those held out: the offer she would have got, so that they can be compared with who got it."
)
WHY = ("best", "explored", "held out", "no consent", "not eligible", "resting", "no gain", "no room", "withdrawn")


@table(
    owner=OWNER,
    key=("customer_id",),
    promises=(Rows(), RowsNear()),
    keep_nights=400,
    beware=(
        "Whoever is held out must not be contacted by anybody: next month's lift is measured against her.",
        "Contact those whose `why_code` is `explored` too: only what was drawn by lot teaches what is not known yet.",
        "Amounts are in her own currency, of whom no order is known in the shop's most used one. Where "
        "`campaigns.toml` states no rate, costs are carried over by what a mean order is worth in either currency. "
        "Never add them over currencies.",
    ),
)
class pub_campaigns__best:
    """One row per customer: the one offer she should get the day after the night, or why none."""

    customer_id = fields.customer_id
    campaign_code = campaign_code("The offer; missing: leave her alone.")
    channel_code = Column(str, "By which way; missing: leave her alone.", promises=(OneOf(CHANNELS), Consented()))
    why_code = Column(
        str,
        "best: it gains most within all limits; explored: drawn by lot; held out: never contacted, to compare with; "
        "no consent: to no offer's channel; not eligible: for any offer she consents to; resting: contacted too often "
        "or too lately; no gain: every contact would cost more than it brings; no room: budgets and capacities went "
        "to others; withdrawn: she was chosen and took her consent back before publishing.",
        promises=(Filled(), OneOf(WHY)),
    )
    reasons = Column(str, "The same in a sentence about her.", promises=(Filled(),))
    intended_campaign_code = INTENDED
    effect_code = Column(
        str,
        "Whether the gain stands on a measured change or on responses alone; missing without an offer.",
        promises=(OneOf(EFFECTS),),
    )
    expected_gain_amount = fields.money("Expected value of the contact less its cost; missing without an offer.")
    cost_amount = fields.money("What the contact costs; missing without an offer, or where nobody says.")
    currency = fields.currency
    is_holdout = Column(bool, "True for the stable share whom no campaign contacts.", promises=(Filled(),))
    is_exploration = Column(bool, "True if a lot decided, an offer or none.", promises=(Filled(),))
    propensity_share = fields.share("Probability with which the lot gave what it gave; missing where no lot decided.")
    policy_code = Column(
        str,
        "What is published for those not explored: each her own best offer, the best single offer for all who may get "
        "it and whom it does not likely put off, or no offer.",
        promises=(Filled(), OneOf(POLICIES)),
    )
    policy_gain_amount = fields.money(
        "What each her own best gains over the best single offer, per customer, estimated doubly robust on past "
        "campaigns that held out a control group; missing where none did."
    )
    policy_gain_low_amount = fields.money("Its 95 % interval from below: above zero, or the single offer is published.")
    policy_gain_high_amount = fields.money("Its 95 % interval from above.")
    policy_currency = Column(str, "Currency of the policy's gain: the shop's most used one.", promises=(NotLonger(3),))
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


CONTROLS = ("random", "held out", "none")


@table(
    owner=OWNER,
    key=("campaign_id_crm",),
    promises=(Rows(at_least=0),),
    keep_nights=400,
    beware=(
        "Without a control group there is no lift: who was contacted was chosen, and would have bought more anyway.",
        "Figures of a campaign whose window is not over yet go on growing.",
        "Orders count in any currency, revenue only in `currency`; whoever was both contacted and held out counts in "
        "neither group.",
    ),
)
class pub_campaigns__results:
    """One row per past campaign: whom it reached, what they did, what of it the campaign changed, and at what cost."""

    campaign_id_crm = fields.id_of("The CRM's id of the campaign.", Filled())
    campaign_code = campaign_code("The offer that it made.", Filled())
    title = Column(str, "What the campaign is called.", promises=(NotLonger(300),))
    channel_code = Column(str, "By which way it reached people.", promises=(OneOf(CHANNELS),))
    started_date = Column(date, "First day.", promises=(Filled(),))
    ended_date = Column(date, "Last day.")
    window_days = fields.count("Days after a contact within which orders count.", Filled())
    is_over = Column(bool, "True if the last window has ended: the figures are final.", promises=(Filled(),))
    control_code = Column(
        str,
        "random: the campaign left some out by chance; held out: chosen by us, compared with our stable group; none.",
        promises=(Filled(), OneOf(CONTROLS)),
    )
    contacted_count = fields.count("Customers contacted.", Filled())
    responded_count = fields.count("Of them: responded, as the CRM says.", Filled())
    response_share = fields.share("Share of the contacted who responded; missing if nobody was.")
    control_count = fields.count("Customers in the control group.", Filled())
    contacted_ordered_share = fields.share("Share of the contacted who ordered within the window.")
    control_ordered_share = fields.share("The same of the control group.")
    contacted_orders_mean = Column(float, "Orders per contacted customer within the window.", promises=(Between(0.0),))
    control_orders_mean = Column(float, "The same of the control group.", promises=(Between(0.0),))
    currency = Column(str, "The shop's most used currency, in which amounts are.", promises=(Matches("[A-Z]{3}"),))
    contacted_revenue_mean_amount = fields.money("Revenue per contacted customer within the window.")
    control_revenue_mean_amount = fields.money("The same of the control group.")
    lift_share = change("Contacted who ordered less control who ordered; missing with fewer than 30 in either group.")
    lift_low_share = change("Its 95 % interval from below.")
    lift_high_share = change("Its 95 % interval from above.")
    lift_revenue_amount = fields.money("Revenue per head that the campaign added; missing without a lift.")
    lift_revenue_low_amount = fields.money("Its 95 % interval from below.")
    lift_revenue_high_amount = fields.money("Its 95 % interval from above.")
    added_revenue_amount = fields.money("Revenue per head added, times the contacted; missing without a lift.")
    cost_amount = fields.money("Contacts times what one cost; missing where nobody says.")
    cost_currency = fields.currency
    value_basis_code = Column(
        str,
        "What value is: margin (net of discounts, returns, goods and shipping) where 90 % of sales have a known "
        "cost, else revenue.",
        promises=(Filled(), OneOf(BASES)),
    )
    contacted_value_mean_amount = fields.money("Value of the orders per contacted customer within the window.")
    control_value_mean_amount = fields.money("The same of the control group.")
    lift_value_amount = fields.money("Value per head that the campaign added; missing without a lift.")
    lift_value_low_amount = fields.money("Its 95 % interval from below.")
    lift_value_high_amount = fields.money("Its 95 % interval from above.")
    added_value_amount = fields.money("Value per head added, times the contacted; missing without a lift.")
    net_amount = fields.money("Value added less cost; missing without a lift, or with a cost in another currency.")
    net_low_amount = fields.money("Its 95 % interval from below: the campaign surely paid where this is above 0.")
    net_high_amount = fields.money("Its 95 % interval from above.")
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
