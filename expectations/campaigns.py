"""What we promise about campaigns: how each customer takes to each offer, and what a contact changes where we know."""

from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, Matches, OneOf, Rows, table

OWNER = "crm@example.com"
EFFECTS = ("uplift", "affinity")


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
        "known, and what would have come anyway is among them.",
        promises=(Filled(), OneOf(EFFECTS)),
    )
    uplift_probability = change(
        "Change of her expected orders within the window through a contact: the probability of one order more, less "
        "that of one fewer; missing for an affinity."
    )
    uplift_low_probability = change("Its 90 % interval from below; missing for an affinity.")
    uplift_high_probability = change("Its 90 % interval from above; missing for an affinity.")
    value_amount = fields.money(
        "Expected value of a contact before its cost: the orders it brings times what an order of hers is worth; "
        "negative where a contact puts her off, missing where no order of hers has a currency."
    )
    currency = fields.currency
    score_source = fields.score_source
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
