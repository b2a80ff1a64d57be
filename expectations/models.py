"""What we promise about models: what was decided about each, what they foretold, what came, and what drifted."""

from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, OneOf, Promise, Rows, table
from expectations.words.predictions import CAME

OWNER = "machine-learning@example.com"
VERDICTS = ("go", "hold", "no-go")
PHASES = ("business", "data", "preparation", "modelling")
KEEP_NIGHTS = 400  # a prediction for a year, and two weeks for late news
ALL = "all"
OUTCOMES = ("as foretold", "too high", "too low", "too few rows")
DRIFTS = ("ok", "watch", "retrain")
SUBJECTS = ("feature", "score")


@table(owner=OWNER, key=("family", "subject_code"), promises=(Rows(),), keep_nights=KEEP_NIGHTS, version="1.1.0")
class pub_models__verdicts:
    """One row per judged model or published family tonight: the verdict that the pipeline obeyed, and its reasons."""

    family = Column(str, "Room that was judged.", promises=(Filled(),))
    subject_code = Column(
        str,
        "What was judged: the family's new `model`, the `policy` by which campaigns choose, or the `publication` of "
        "its tables.",
        promises=(Filled(), OneOf(("model", "policy", "publication"))),
    )
    verdict = Column(str, "What was decided.", promises=(Filled(), OneOf(VERDICTS)))
    reasons = Column(str, "Why, one sentence each, separated by `; `.", promises=(Filled(),))
    figures = Column(str, "The figures behind it, as JSON.", promises=(Filled(),))
    champion = Column(str, "Model in use after the verdict; missing where there is none.")
    champion_since_date = Column(date, "The night on which it was promoted.")
    challenger = Column(str, "Model judged; missing where none was trained.")
    measure = Column(str, "Figure by which baseline, champion and challenger were compared; missing if none was.")
    baseline_figure = Column(float, "What the naive rule reached on the frozen holdout, by that measure.")
    champion_figure = Column(float, "What the champion reached on it; missing without a champion.")
    challenger_figure = Column(float, "What the challenger reached on it.")
    phase_code = Column(
        str,
        "On a no-go the phase of CRISP-DM to go back to, as objectives.toml says; else missing.",
        promises=(OneOf(PHASES),),
    )
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


class _foretold:
    family = Column(str, "Room that foretold it.", promises=(Filled(),))
    prediction = Column(str, "Published column that foretells.", promises=(Filled(),))
    about = Column(str, "What it is about beside the customer, such as a campaign; else empty.", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("family", "prediction", "about", "customer_id"),
    promises=(Rows(at_least=0),),
    keep_nights=KEEP_NIGHTS,
    beware=(
        "Kept on one night in seven and on the night of a promotion; other nights have no row.",
        "Of large shops a fair sample of customers, the same ones every night; deciles are those of all customers.",
        "Merged customers: see core_identities__successors.",
    ),
)
class core_models__predictions(_foretold):
    """One row per prediction made this night about a customer: kept until it can be compared with what came."""

    customer_id = fields.customer_id
    came_code = Column(str, "What is looked for when it is due.", promises=(Filled(), OneOf(tuple(CAME))))
    made_night = Column(date, "The night whose publication said so.", promises=(Filled(),))
    due_date = Column(date, "Last day that counts.", promises=(Filled(),))
    matures_date = Column(
        date,
        "Last due date among those of about the same horizon (30 days apart): they are compared together.",
        promises=(Filled(),),
    )
    score_source = fields.score_source
    predicted = Column(float, "What was foretold: a chance, a number, or money in `currency`.", promises=(Filled(),))
    predicted_low = Column(float, "Lower end of its 80 % interval; missing where none was published.")
    predicted_high = Column(float, "Upper end.")
    decile = Column(int, "Tenth of the night's customers by prediction, 1 the highest.", promises=(Between(1, 10),))
    currency = fields.currency
    value_basis_code = Column(str, "Whether money is margin or sales.", promises=(OneOf(("margin", "sales")),))
    segment_id = Column(str, "Her segment as published that night; `none` without.", promises=(Filled(),))
    is_promotion = Column(bool, "True if kept because the night promoted a model.", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("family", "prediction", "about", "score_source", "currency", "made_night", "due_date")
    + ("segment_id", "decile"),
    promises=(Rows(at_least=0),),
    keep_nights=KEEP_NIGHTS,
    beware=(
        "Only what is due: no early reading stands here.",
        "Followed by core_identities__successors: what came is that of the whole person as known when it was compared; "
        "of two that became one, only the prediction for the id that lives on counts.",
        "Money is never added over currencies: a row holds predictions in one of them.",
        "What came is read again two weeks after the due date, for late orders and refunds, then stays as it is.",
    ),
)
class pub_models__outcomes(_foretold):
    """One row per kind of prediction that fell due, by model version, night, segment and decile: did it come true?"""

    score_source = fields.score_source
    currency = Column(str, "Currency of the money; empty where it is no money, or not known.", promises=(Filled(),))
    made_night = Column(date, "The night whose publication said so.", promises=(Filled(),))
    due_date = Column(date, "Day by which all of them were due.", promises=(Filled(),))
    segment_id = Column(str, "Segment when it was said; `all` for all, `none` without one.", promises=(Filled(),))
    decile = Column(int, "Tenth by prediction, 1 the highest; 0 for all.", promises=(Filled(), Between(0, 10)))
    came_code = Column(str, "What was looked for.", promises=(Filled(), OneOf(tuple(CAME))))
    rows_count = fields.count("Customers compared.", Filled())
    gone_count = fields.count("Left out: erased, or no account is left.", Filled())
    merged_count = fields.count("Left out: she lives on in a customer with a prediction of her own.", Filled())
    unreached_count = fields.count("Left out: the campaign did not reach her in the window.", Filled())
    predicted_mean = Column(float, "Mean of what was foretold; missing without rows.")
    came_mean = Column(float, "Mean of what came.")
    difference = Column(float, "Foretold less came, per customer: above zero it was too high.")
    difference_low = Column(
        float, "Lower end of its interval: 95 % for all, widened for the parts so that all ten deciles hold together."
    )
    difference_high = Column(float, "Upper end.")
    inside_share = fields.share("Share of customers within their 80 % interval; missing where none was published.")
    is_within = Column(
        bool,
        "True if foretold and came differ by at most 5 % (10 % in a part), or by no more than chance explains; "
        "missing with too few rows.",
    )
    outcome_code = Column(str, "The same in a word.", promises=(Filled(), OneOf(OUTCOMES)))
    is_calibrated = Column(
        bool, "True if all of them and each decile are within; says the same in each row of one model; missing if open."
    )
    compared_night = Column(date, "The last night on which what came was read.", promises=(Filled(),))
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale


def a_family(text: str, *promises: Promise) -> Column:
    return Column(str, text, promises=(Filled(), *promises))


@table(
    owner=OWNER,
    key=("family", "subject_code", "name", "bin"),
    promises=(Rows(at_least=0),),
    keep_nights=60,
    beware=("Shares of customers alone: no value of anybody stands here but the nine cuts between tenths.",),
)
class core_models__histograms:
    """One row per bin of a feature or score, as it lay when a family's model was promoted: drift is told against it."""

    family = a_family("Room.")
    subject_code = a_family("A `feature` or a `score`.", OneOf(SUBJECTS))
    name = a_family("The column.")
    bin = Column(int, "Number of the bin in the order of values; 0 where the value is missing.", promises=(Filled(),))
    upper = Column(float, "Largest value of the bin; missing for the last one and for missing values.")
    rows_count = fields.count("Customers in it.", Filled())
    model = a_family("Champion of then; `none` before the first.")
    since_night = Column(date, "The night.", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("family", "subject_code", "name"),
    promises=(Rows(at_least=0),),
    keep_nights=KEEP_NIGHTS,
    beware=(
        "Both figures are read from at most eleven bins; the distance of distributions is that at their cuts.",
        "Amounts hold all currencies side by side, each as it is: a shift between currencies shows as drift.",
    ),
)
class pub_models__drift:
    """One row per feature and score of a family: how far tonight lies from the night that promoted its model."""

    family = a_family("Room.")
    subject_code = a_family("A `feature` or a `score`.", OneOf(SUBJECTS))
    name = a_family("The column.")
    model = a_family("Champion that the night is compared with; `none` before the first.")
    since_night = Column(date, "The night on which it was promoted, or first seen.", promises=(Filled(),))
    psi = Column(float, "Population stability index.", promises=(Filled(), Between(0.0)))
    ks = Column(float, "Largest distance of the two distributions (Kolmogorov–Smirnov).", promises=(Filled(),))
    missing_share = fields.share("Share of customers without a value tonight.", Filled())
    missing_then_share = fields.share("The same on that night.", Filled())
    rows_count = fields.count("Customers tonight.", Filled())
    drift_code = Column(
        str,
        "`watch` above a PSI of 0.10 or a KS of 0.10, `retrain` above 0.25 or 0.20: the family then trains anew.",
        promises=(Filled(), OneOf(DRIFTS)),
    )
    is_input = Column(bool, "True if the champion says that it looks at this; missing if it does not say.")
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
