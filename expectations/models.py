"""What we promise about models: what was decided about each, and why."""

from expectations import fields
from expectations.words import Column, Filled, OneOf, Rows, table

OWNER = "machine-learning@example.com"
VERDICTS = ("go", "hold", "no-go")


@table(owner=OWNER, key=("family", "subject_code"), promises=(Rows(),), keep_nights=400)
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
    challenger = Column(str, "Model judged; missing where none was trained.")
    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
