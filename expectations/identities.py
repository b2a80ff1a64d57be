"""What we promise about who is who."""

from dataclasses import replace
from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, Matches, OneOf, Pii, RefersTo, Rows, Severity, table

OWNER = "data-engineering@example.com"
EVIDENCE = ("alone", "email", "phone")


@table(
    owner=OWNER,
    key=("account_id",),
    promises=(Rows(),),
    beware=(
        "An account may move to another customer when evidence changes; join by night.",
        "Orders of guests have no account and so belong to no customer.",
    ),
)
class core_identities__links:
    """One row per account of any silo: the customer it belongs to, and by which evidence."""

    account_id = Column(
        str,
        "`{source}:{id in the source}`.",
        pii=Pii.PSEUDONYM,
        promises=(Filled(), Matches("(?:shop|crm|support):(?s:.{1,200})")),
    )
    source_code = fields.source_code
    account_id_source = fields.id_of("The account as its source writes it.", Filled())
    customer_id = replace(
        fields.customer_id,
        promises=(*fields.customer_id.promises, RefersTo("core_identities__customers", "customer_id")),
    )
    evidence_code = Column(
        str,
        "What joined it: an e-mail that at least one silo verified, a phone, or nothing; names never contradict.",
        promises=(Filled(), OneOf(EVIDENCE)),
    )
    linked_to_account_id = Column(
        str,
        "The account it was joined with by that evidence, one step nearer to the customer's first account; missing if "
        "alone.",
        pii=Pii.PSEUDONYM,
    )
    evidence_hash = Column(str, "Keyed hash of the shared value; missing if alone.", pii=Pii.PSEUDONYM)


@table(owner=OWNER, key=("customer_id",), promises=(Rows(),))
class core_identities__customers:
    """One row per customer: how many accounts of each silo are hers."""

    customer_id = fields.customer_id
    accounts_count = fields.count("Accounts over all silos.", Filled(), Between(1))
    shop_accounts_count = fields.count("Accounts in the shop.", Filled())
    crm_accounts_count = fields.count("Contacts in the CRM.", Filled())
    support_accounts_count = fields.count("Requesters at the support desk.", Filled())
    first_account_id = Column(
        str, "Her account that comes first in the order of letters.", pii=Pii.PSEUDONYM, promises=(Filled(),)
    )
    known_since_date = Column(
        date, "The night on which the id was given; in a merge the older id may stay.", promises=(Filled(),)
    )


@table(owner=OWNER, key=("source_code", "identifier_code", "value_hash"), promises=(Rows(at_least=0),))
class core_identities__shared_values:
    """One row per e-mail or phone that too many accounts share: it joins nobody."""

    source_code = Column(str, "`all`: counted over all silos.", promises=(Filled(), OneOf(("all",))))
    identifier_code = Column(str, "Which identifier.", promises=(Filled(), OneOf(("email", "phone"))))
    value_hash = Column(str, "Keyed hash of the value.", pii=Pii.PSEUDONYM, promises=(Filled(),))
    accounts_count = fields.count("Accounts that carry the value.", Filled())
    limit_count = fields.count("How many may share a value before it is set aside.", Filled(severity=Severity.STOP))
