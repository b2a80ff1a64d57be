"""What we promise about likeness: pairs that may be one person, how they are weighed, and values that say nothing."""

from datetime import date

from expectations import fields
from expectations.identities import JOINS, OWNER, an_account
from expectations.words import Between, Column, Filled, OneOf, Pii, Rows, table


@table(owner=OWNER, key=("source_code", "identifier_code", "value_hash"), promises=(Rows(at_least=0),))
class core_identities__shared_values:
    """One row per e-mail, phone, loyalty number or device that too many accounts share: it joins nobody."""

    source_code = Column(str, "`all`: counted over all silos.", promises=(Filled(), OneOf(("all",))))
    identifier_code = Column(
        str, "Which identifier.", promises=(Filled(), OneOf(("email", "phone", "loyalty", "device")))
    )
    value_hash = Column(str, "Keyed hash of the value.", pii=Pii.PSEUDONYM, promises=(Filled(),))
    accounts_count = fields.count("Accounts that carry the value.", Filled())
    limit_count = fields.count("How many may share a value before it is set aside.", Filled())


def bits(text: str) -> Column:
    """A weight of evidence: bits that a comparison adds to the odds of one person, missing facts add none."""
    return Column(float, text, unit="bits", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("account_id", "other_account_id"),
    promises=(Rows(at_least=0),),
    beware=("A weight tells what a comparison adds after those before it, in the order of the columns.",),
)
class core_identities__pairs:
    """One row per two accounts that may be one person, before contradictions and decisions part them."""

    account_id = an_account("The account that comes first in the order of letters.", Filled())
    other_account_id = an_account("The other account.", Filled())
    rule_code = Column(str, "What proposed the pair.", promises=(Filled(),))
    evidence_code = Column(str, "What ties the two.", promises=(Filled(), OneOf(JOINS)))
    evidence_hash = Column(str, "Keyed hash of the shared value; missing where none proves it.", pii=Pii.PSEUDONYM)
    strength = fields.count("Order of joining: 0 joins first.", Filled())
    match_weight = Column(float, "Bits of evidence for one person: log2 of the odds.", unit="bits")
    match_probability = Column(
        float, "Probability that the two are one person, by all that is compared.", promises=(Between(0.0, 1.0),)
    )
    stranger_probability = Column(
        float,
        "Probability that the two have neither person nor home in common.",
        promises=(Between(0.0, 1.0),),
    )
    namesake_probability = Column(
        float,
        "Probability that they are two of one house with a name or a birth date in common: father and son, twins.",
        promises=(Between(0.0, 1.0),),
    )
    is_contradicted = Column(
        bool, "Whether birth dates differ, or given names on one birth date, as those of twins: likeness joins none."
    )
    prior_weight = bits("Odds before anything is compared: how rare it is that two accounts are one person.")
    given_weight = bits("What the given names add to them.")
    surname_weight = bits("What the surnames add.")
    birth_weight = bits("What the birth dates add.")
    street_weight = bits("What the streets add.")
    house_weight = bits("What the house numbers add.")
    extra_weight = bits("What the second lines of the address add.")
    postcode_weight = bits("What the postcodes add.")
    city_weight = bits("What the cities add; nothing where the postcodes agree already.")
    email_weight = bits("What the mailboxes add.")
    phone_weight = bits("What the phones add.")
    orders_weight = bits("What naming the same orders adds, or others.")
    loyalty_weight = bits("What naming the same loyalty number adds, or another.")
    device_weight = bits("What having logged in by the same cookie or device adds, or by another.")
    silo_weight = bits("What it adds that few have two accounts in one silo. All of these sum to `match_weight`.")
    company_weight = bits(
        "What whom the two already belong to adds on top: few people have two accounts in one silo. Decides with "
        "`match_weight`."
    )


@table(owner=OWNER, key=("parameter_code",), promises=(Rows(at_least=0),))
class core_identities__parameters:
    """One row per number by which pairs are weighed, as the shop's own accounts taught it, without labels."""

    parameter_code = Column(str, "Which number.", promises=(Filled(),))
    value = Column(float, "Its value.", promises=(Filled(),))
    trained_date = Column(date, "The night whose accounts taught it.", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("threshold_weight",),
    promises=(Rows(at_least=0),),
    beware=("Of the night that trained the parameters (`trained_date`); later nights hand it on.",),
)
class core_identities__curve:
    """One row per threshold that could have been chosen: what it would join, and how much of that is wrong."""

    threshold_weight = bits("The bits that a pair by likeness would need.")
    pairs_joined = fields.count(
        "Pairs that have them and are not too likely strangers, proved ones among them.", Filled()
    )
    expected_wrong = Column(
        float,
        "How many of these are of two people, by their own probabilities.",
        promises=(Filled(), Between(0.0)),
    )
    estimated_precision = Column(
        float,
        "The share that is right, by the same estimate; missing if none is joined.",
        promises=(Between(0.0, 1.0),),
    )
    is_chosen = Column(bool, "True for the threshold in force.", promises=(Filled(),))
    trained_date = Column(date, "The night whose pairs it counts.", promises=(Filled(),))
