"""What we promise about the support desk: requesters, tickets and reviews."""

from expectations import fields
from expectations.words import Between, Column, Filled, NotLonger, Rows, table

OWNER = "support@example.com"
KEEP_RAW_NIGHTS = 90


class _requesters:
    requester_id_support = fields.id_of("The desk's id of the person.", Filled())
    email = fields.contact("E-mail as written.")
    is_email_verified = Column(bool, "True if the desk verified the mailbox.")
    phone = fields.contact("Phone as written.", 60)
    full_name = fields.contact("Name in one field, as written.", 400)
    loyalty_reference = fields.loyalty_reference
    device_reference = fields.device_reference
    created_at = fields.instant("When the desk first heard of her.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("requester_id_support",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_support__requesters(_requesters):
    """One row per requester that is new or changed that night, as the desk says."""


@table(owner=OWNER, key=("requester_id_support",), promises=(Rows(),), newest_by="updated_at")
class core_support__requesters(_requesters):
    """One row per requester: what the desk knew at the end of the night."""


class _tickets:
    ticket_id_support = fields.id_of("The desk's id of the ticket.", Filled())
    requester_id_support = fields.id_of("Who wrote.", Filled())
    opened_at = fields.instant("When it was opened.", Filled())
    solved_at = fields.instant("When it was solved; missing while open.")
    status_code = Column(str, "State as the desk says.", promises=(NotLonger(60),))
    channel_code = Column(str, "How it came in, as the desk says.", promises=(NotLonger(60),))
    topic_code = Column(str, "What it is about, as the desk tagged it.", promises=(NotLonger(100),))
    order_id_shop = fields.id_of("The order it is about, where known.")
    subject = fields.words("Subject line.", 1_000)
    body = fields.words("What was written.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("ticket_id_support",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_support__tickets(_tickets):
    """One row per ticket that is new or changed that night, as the desk says."""


@table(owner=OWNER, key=("ticket_id_support",), promises=(Rows(at_least=0),), newest_by="updated_at")
class core_support__tickets(_tickets):
    """One row per ticket: its state at the end of the night."""


class _reviews:
    review_id_support = fields.id_of("The desk's id of the review.", Filled())
    requester_id_support = fields.id_of("Who wrote.", Filled())
    product_id_shop = fields.id_of("The product, where known.")
    stars_count = Column(int, "Stars given.", promises=(Between(1, 5),))
    body = fields.words("What was written.")
    reviewed_at = fields.instant("When it was written.", Filled())
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("review_id_support",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_support__reviews(_reviews):
    """One row per review that is new or changed that night, as the desk says."""


@table(owner=OWNER, key=("review_id_support",), promises=(Rows(at_least=0),), newest_by="updated_at")
class core_support__reviews(_reviews):
    """One row per review: its state at the end of the night."""
