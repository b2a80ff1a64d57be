"""What we promise about the CRM: contacts, their consents, campaigns and who was contacted."""

from datetime import date

from expectations import fields
from expectations.words import Between, Column, Filled, NotLonger, OneOf, Pii, Rows, table

OWNER = "crm@example.com"
KEEP_RAW_NIGHTS = 90
CHANNELS = ("email", "sms", "phone", "post")


class _contacts:
    contact_id_crm = fields.id_of("The CRM's id of the contact.", Filled())
    email = fields.contact("E-mail as typed.")
    is_email_verified = Column(bool, "True if the contact proved that she reads this mailbox.")
    phone = fields.contact("Phone as typed.", 60)
    given_name = fields.contact("First name as typed.", 200)
    surname = fields.contact("Last name as typed.", 200)
    birth_date = Column(date, "Date of birth as given.", pii=Pii.CONTACT)
    street_number = fields.contact("House number.", 60)
    street = fields.contact("Street.", 300)
    address_extra = fields.contact("Second address line.", 300)
    city = fields.contact("City or suburb.", 200)
    postcode = fields.contact("Postal code as typed.", 60)
    region = fields.contact("State or region.", 100)
    country_code = Column(str, "ISO 3166 country of the address.", promises=(NotLonger(2),))
    age_band = Column(str, "Age group of the household's head.", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    income_band = Column(str, "Income group of the household.", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    home_ownership = Column(str, "Owner, renter …", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    marital_status = Column(str, "Marital status.", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    household_size = Column(str, "People in the household, as banded.", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    household_composition = Column(str, "Who lives together.", pii=Pii.SENSITIVE, promises=(NotLonger(60),))
    kids_count = Column(str, "Children in the household, as banded.", pii=Pii.SENSITIVE, promises=(NotLonger(40),))
    created_at = fields.instant("When the contact was made.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("contact_id_crm",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_crm__contacts(_contacts):
    """One row per contact that is new or changed that night, as the CRM says."""


@table(owner=OWNER, key=("contact_id_crm",), promises=(Rows(),), newest_by="updated_at")
class core_crm__contacts(_contacts):
    """One row per contact: what the CRM knew at the end of the night."""


class _consents:
    contact_id_crm = fields.id_of("The contact.", Filled())
    channel_code = Column(str, "By which way she may be contacted.", promises=(Filled(), OneOf(CHANNELS)))
    is_granted = Column(bool, "True if she said yes; unknown counts as no.", promises=(Filled(),))
    recorded_at = fields.instant("When she said so.", Filled())
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("contact_id_crm", "channel_code"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_crm__consents(_consents):
    """One row per contact and channel whose consent is new or changed that night."""


@table(owner=OWNER, key=("contact_id_crm", "channel_code"), promises=(Rows(at_least=0),), newest_by="updated_at")
class core_crm__consents(_consents):
    """One row per contact and channel: the consent in force at the end of the night."""


class _campaigns:
    campaign_id_crm = fields.id_of("The CRM's id of the campaign.", Filled())
    title = Column(str, "What the campaign is called.", promises=(NotLonger(300),))
    type_code = Column(str, "Kind of campaign as the CRM says.", promises=(NotLonger(60),))
    channel_code = Column(str, "By which way it reaches people.", promises=(OneOf(CHANNELS),))
    started_date = Column(date, "First day.", promises=(Filled(),))
    ended_date = Column(date, "Last day.")
    currency = fields.currency
    contact_cost_amount = fields.money("What contacting one person costs.", Between(0))
    has_control_group = Column(bool, "True if a share of those eligible is left out by chance, to compare with.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("campaign_id_crm",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_crm__campaigns(_campaigns):
    """One row per campaign that is new or changed that night, as the CRM says."""


@table(owner=OWNER, key=("campaign_id_crm",), promises=(Rows(at_least=0),), newest_by="updated_at")
class core_crm__campaigns(_campaigns):
    """One row per campaign: what the CRM knew at the end of the night."""


class _campaign_contacts:
    campaign_id_crm = fields.id_of("The campaign.", Filled())
    contact_id_crm = fields.id_of("Who was contacted.", Filled())
    contacted_at = fields.instant("When.", Filled())
    responded_at = fields.instant("First response (a redeemed coupon, a click …); missing if none.")
    responses_count = fields.count("Responses so far.")
    currency = fields.currency
    revenue_amount = fields.money("What her responses brought so far, as the CRM says.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("campaign_id_crm", "contact_id_crm"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_crm__campaign_contacts(_campaign_contacts):
    """One row per contact in a campaign that is new or changed that night."""


@table(
    owner=OWNER,
    key=("campaign_id_crm", "contact_id_crm"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    beware=(
        "`responses_count` and `revenue_amount` are as of the night; for an earlier date use `responded_at` alone.",
    ),
)
class core_crm__campaign_contacts(_campaign_contacts):
    """One row per contact in a campaign: what had come of it at the end of the night."""


class _campaign_controls:
    campaign_id_crm = fields.id_of("The campaign.", Filled())
    contact_id_crm = fields.id_of("Who was eligible, and left out by chance.", Filled())
    held_out_at = fields.instant("When she would have been contacted.", Filled())
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("campaign_id_crm", "contact_id_crm"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
    is_optional=True,
)
class raw_crm__campaign_controls(_campaign_controls):
    """One row per contact in a campaign's control group that is new or changed that night."""


@table(
    owner=OWNER,
    key=("campaign_id_crm", "contact_id_crm"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    is_optional=True,
    beware=("Only chance may have left them out: a list of those who were not wanted is no control group.",),
)
class core_crm__campaign_controls(_campaign_controls):
    """One row per contact whom a campaign left out by chance: what its contacts are compared with."""
