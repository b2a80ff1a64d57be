"""What we promise about who is who."""

from dataclasses import replace
from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, Matches, OneOf, Pii, Promise, RefersTo, Rows, Steady, table

OWNER = "data-engineering@example.com"
EVIDENCE = ("alone", "decision", "email", "likeness")
JOINS = EVIDENCE[1:]
CHANGES = ("new", "merged", "split", "moved", "decided", "gone")
# Measured on 20,000 planted people with 43,384 accounts: a night with 0.3 % of accounts changed moves 0.02 % of ids, a
# shop whose e-mails are empty in one row of ten 0.5 %, a CRM whose columns are swapped 2 to 4 %.
STEADY = Steady(moved_share=0.003)
ACCOUNT = Matches("(?:shop|crm|support):(?s:.{1,200})")


def an_account(text: str, *promises: Promise) -> Column:
    """An account as `{source}:{id in the source}`."""
    return Column(str, text, pii=Pii.PSEUDONYM, promises=promises)


def maybe_customer(text: str, *promises: Promise) -> Column:
    """An id that names, or named, a customer; it may be missing."""
    return Column(str, text, pii=Pii.PSEUDONYM, promises=(Matches("c_[0-9a-f]{16}"), *promises))


@table(
    owner=OWNER,
    key=("account_id",),
    promises=(Rows(),),
    beware=(
        "An account may move to another customer when evidence changes; join by night.",
        "Guests are accounts of their own, `shop:guest:…`; core_identities__guest_orders says which orders are theirs.",
    ),
)
class core_identities__links:
    """One row per account of any silo, guests too: the customer it belongs to, and by which evidence."""

    account_id = an_account("`{source}:{id in the source}`.", Filled(), ACCOUNT)
    source_code = fields.source_code
    account_id_source = fields.id_of("The account as its source writes it.", Filled())
    customer_id = replace(
        fields.customer_id,
        promises=(*fields.customer_id.promises, RefersTo("core_identities__customers", "customer_id"), STEADY),
    )
    evidence_code = Column(
        str,
        "What joined it: a person's decision, an e-mail that at least one silo verified, likeness in several "
        "facts, or nothing.",
        promises=(Filled(), OneOf(EVIDENCE)),
    )
    linked_to_account_id = Column(
        str,
        "The account it was joined with by that evidence, one step nearer to the customer's first account; missing if "
        "alone.",
        pii=Pii.PSEUDONYM,
    )
    evidence_hash = Column(
        str, "Keyed hash of the shared value; missing if none is shared, or alone.", pii=Pii.PSEUDONYM
    )
    facts_hash = Column(
        str,
        "Keyed hash of all that its pairs hang on: while it stays, so do they.",
        pii=Pii.PSEUDONYM,
        promises=(Filled(),),
    )


@table(owner=OWNER, key=("customer_id",), promises=(Rows(),))
class core_identities__customers:
    """One row per customer: how many accounts of each silo are hers."""

    customer_id = fields.customer_id
    accounts_count = fields.count("Accounts over all silos, guests too.", Filled(), Between(1))
    shop_accounts_count = fields.count("Accounts in the shop, guests not counted.", Filled())
    guest_accounts_count = fields.count(
        "Guests at the checkout: one for all orders of the same contact data.", Filled()
    )
    crm_accounts_count = fields.count("Contacts in the CRM.", Filled())
    support_accounts_count = fields.count("Requesters at the support desk.", Filled())
    first_account_id = Column(
        str, "Her account that comes first in the order of letters.", pii=Pii.PSEUDONYM, promises=(Filled(),)
    )
    known_since_date = Column(
        date, "The night on which the id was given; in a merge the older id may stay.", promises=(Filled(),)
    )


@table(
    owner=OWNER,
    key=("order_id_shop",),
    promises=(Rows(at_least=0),),
    beware=("Orders that name neither an account nor any contact data belong to nobody and are not here.",),
)
class core_identities__guest_orders:
    """One row per order that no account placed: the guest account that stands for all orders of its contact data."""

    order_id_shop = fields.id_of("The order.", Filled())
    account_id = an_account(
        "The guest's account, `shop:guest:` and the first of her orders.",
        Filled(),
        RefersTo("core_identities__links", "account_id"),
    )


class Changes:
    """What both tables of the journal hold."""

    changed_date = Column(date, "The night on which it changed.", promises=(Filled(),))
    account_id = an_account("The account whose customer is another since.", Filled())
    from_customer_id = maybe_customer("Its customer until then; missing if the account is new.")
    to_customer_id = maybe_customer("Its customer from then on; missing if the account is gone.")
    change_code = Column(
        str,
        "Why: `new` or `gone` account; `decided` by a person; `merged`: its customer lives on in another, the older of "
        "the two; `split`: the smaller part became a new customer; `moved` to a customer who was there already.",
        promises=(Filled(), OneOf(CHANGES)),
    )
    evidence_code = Column(
        str,
        "What ties it to its new customer; of a split, what tied it to the old one until then; missing if gone.",
        promises=(OneOf(EVIDENCE),),
    )
    evidence_account_id = an_account("The account by which it came, or left; its own, or one that went the same way.")
    evidence_other_account_id = an_account("The account of the other side of that tie.")


BEWARE_CHANGES = (
    "On the first night every account is new, and none is told.",
    "Kept for 400 nights; ids resolve for ever by core_identities__successors.",
)


@table(owner=OWNER, key=("changed_date", "account_id"), promises=(Rows(at_least=0),), beware=BEWARE_CHANGES)
class core_identities__changes(Changes):
    """One row per account and night on which its customer became another: the journal, accepted with the links."""


@table(owner=OWNER, key=("former_customer_id",), promises=(Rows(at_least=0),))
class core_identities__successors:
    """One row per customer id that was ever given up: who she is now. Ids resolve in one step, for ever."""

    former_customer_id = maybe_customer("The id that was given up.", Filled())
    customer_id = maybe_customer(
        "Tonight's id of the customer in whom she lives on; missing if no account of hers was left.",
        RefersTo("core_identities__customers", "customer_id"),
    )
    ended_date = Column(date, "The night on which it was given up.", promises=(Filled(),))


@table(
    owner=OWNER,
    key=("account_id", "other_account_id"),
    promises=(Rows(at_least=0),),
    beware=("Written by people in decisions.csv of the home (`goldseam decide`); the last word on a pair counts.",),
)
class core_identities__decisions:
    """One row per two accounts about which a person decided: the decisions in force tonight, and what came of them."""

    account_id = an_account("The account that comes first in the order of letters.", Filled())
    other_account_id = an_account("The other account.", Filled())
    decision_code = Column(
        str,
        "`exclude`: never one customer; `confirm`: one customer, whatever evidence says.",
        promises=(Filled(), OneOf(("exclude", "confirm"))),
    )
    decided_date = Column(date, "The first night on which it holds.", promises=(Filled(),))
    who = fields.words("Who decided.", 200)
    why = fields.words("The reason, in that person's words.", 2000)
    outcome_code = Column(
        str,
        "`obeyed`; `overruled`: confirmed accounts that an exclusion or the size of the cluster keeps apart.",
        promises=(Filled(), OneOf(("obeyed", "overruled", "unknown account"))),
    )


@table(
    owner=OWNER,
    key=("changed_date", "account_id"),
    promises=(Rows(at_least=0),),
    beware=BEWARE_CHANGES,
    keep_nights=60,
)
class pub_identities__changes(Changes):
    """One row per account and night on which its customer became another: what changed, when, by which evidence."""

    night = fields.night
    data_as_of = fields.data_as_of
    is_stale = fields.is_stale
