"""What we promise about the shop's database: its customers, products, orders and order lines."""

from datetime import date
from decimal import Decimal

from expectations import fields
from expectations.words import Between, Column, Filled, NotLonger, Pii, RefersTo, Rows, Severity, table

OWNER = "data-engineering@example.com"
KEEP_RAW_NIGHTS = 90


class _customers:
    customer_id_shop = fields.id_of("The shop's id of the account.", Filled())
    email = fields.contact("E-mail as typed.")
    is_email_verified = Column(bool, "True if the account proved that it reads this mailbox.")
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
    created_at = fields.instant("When the account was opened.")
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("customer_id_shop",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_shop__customers(_customers):
    """One row per shop account that is new or changed that night, as the shop says."""


@table(owner=OWNER, key=("customer_id_shop",), promises=(Rows(),), newest_by="updated_at")
class core_shop__customers(_customers):
    """One row per shop account: what the shop knew at the end of the night."""


class _products:
    product_id_shop = fields.id_of("The shop's id of the product.", Filled())
    title = Column(str, "What the product is called.", promises=(NotLonger(500),))
    department = Column(str, "Coarsest group of the range.", promises=(NotLonger(200),))
    category = Column(str, "Finer group within the department.", promises=(NotLonger(200),))
    brand = Column(str, "Brand, or kind of brand.", promises=(NotLonger(200),))
    package_size = Column(str, "Size of the package as printed.", promises=(NotLonger(200),))
    currency = fields.currency
    cost_amount = fields.money("What one unit of the product costs the shop at present.", Between(0))
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("product_id_shop",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_shop__products(_products):
    """One row per product that is new or changed that night, as the shop says."""


@table(
    owner=OWNER,
    key=("product_id_shop",),
    promises=(Rows(),),
    newest_by="updated_at",
    beware=(
        "`cost_amount` is as of the night, in one currency; a line's own cost, where it is told, is that of its sale.",
    ),
)
class core_shop__products(_products):
    """One row per product: what the shop knew at the end of the night."""


class _orders:
    order_id_shop = fields.id_of("The shop's id of the order.", Filled())
    customer_id_shop = fields.id_of("The account that ordered; missing for a guest.")
    ordered_at = fields.instant("When the order was placed; never changes.", Filled())
    order_date = Column(date, "Business day of the order in the shop's time zone.", promises=(Filled(),))
    store_id_shop = fields.id_of("Branch or storefront.")
    status_code = Column(
        str,
        "State of the order as the shop says; a cancelled one keeps its amounts: sources.toml says which do not count.",
        promises=(NotLonger(60),),
    )
    currency = fields.currency
    sales_amount = fields.money("What the customer paid for the goods.", Filled())
    discount_amount = fields.money("All discounts given, as a positive amount.")
    shipping_paid_amount = fields.money("What the customer paid for shipping, beside `sales_amount`.")
    shipping_cost_amount = fields.money("What shipping the order cost the shop.")
    guest_email = fields.contact("E-mail that a guest typed; missing where an account ordered.")
    guest_phone = fields.contact("Phone that a guest typed.", 60)
    guest_given_name = fields.contact("First name that a guest typed.", 200)
    guest_surname = fields.contact("Last name that a guest typed.", 200)
    guest_street_number = fields.contact("House number that a guest typed.", 60)
    guest_street = fields.contact("Street that a guest typed.", 300)
    guest_city = fields.contact("City that a guest typed.", 200)
    guest_postcode = fields.contact("Postal code that a guest typed.", 60)
    guest_country_code = Column(str, "ISO 3166 country that a guest typed.", promises=(NotLonger(2),))
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("order_id_shop",),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_shop__orders(_orders):
    """One row per order that is new or changed that night, as the shop says."""


@table(owner=OWNER, key=("order_id_shop",), promises=(Rows(),), newest_by="updated_at", month_of="order_date")
class core_shop__orders(_orders):
    """One row per order: its state at the end of the night."""


class _order_lines:
    order_id_shop = fields.id_of("The order the line belongs to.", Filled())
    line_number = Column(int, "Number of the line within the order.", promises=(Filled(), Between(0)))
    product_id_shop = fields.id_of("The product.", Filled())
    ordered_at = fields.instant("When the order was placed; never changes.", Filled())
    order_date = Column(date, "Business day of the order in the shop's time zone.", promises=(Filled(),))
    quantity = Column(
        Decimal, "Amount sold; pieces or small units of weight or volume: never sum it over products.", decimals=4
    )
    currency = fields.currency
    sales_amount = fields.money("What the customer paid for the line.", Filled())
    discount_amount = fields.money("Promotion and coupon discounts of the line, positive.")
    coupon_discount_amount = fields.money("The part of the discount that came from coupons, positive.")
    cost_amount = fields.money("What the goods of the line cost the shop when they were sold.", Between(0))
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("order_id_shop", "line_number"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
)
class raw_shop__order_lines(_order_lines):
    """One row per order line that is new or changed that night, as the shop says."""


@table(
    owner=OWNER,
    key=("order_id_shop", "line_number"),
    promises=(Rows(),),
    newest_by="updated_at",
    month_of="order_date",
    beware=("`quantity` mixes pieces and weights; count lines or sum money instead.",),
)
class core_shop__order_lines(_order_lines):
    """One row per order line: its state at the end of the night."""

    product_id_shop = fields.id_of(
        "The product.", Filled(), RefersTo("core_shop__products", "product_id_shop", severity=Severity.WARN)
    )


class _returns:
    order_id_shop = fields.id_of("The order that the line belongs to.", Filled())
    line_number = Column(int, "Number of the line within the order.", promises=(Filled(), Between(0)))
    returned_at = fields.instant("When the goods came back, or the refund was granted; never changes.", Filled())
    currency = fields.currency
    refund_amount = fields.money("What the customer got back for the line, positive.", Filled())
    updated_at = fields.updated_at


@table(
    owner=OWNER,
    key=("order_id_shop", "line_number"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    keep_nights=KEEP_RAW_NIGHTS,
    is_optional=True,
)
class raw_shop__returns(_returns):
    """One row per order line whose return is new or changed that night, as the shop says."""


@table(
    owner=OWNER,
    key=("order_id_shop", "line_number"),
    promises=(Rows(at_least=0),),
    newest_by="updated_at",
    is_optional=True,
)
class core_shop__returns(_returns):
    """One row per order line that was returned: its state at the end of the night."""

    order_id_shop = fields.id_of(
        "The order that the line belongs to.",
        Filled(),
        RefersTo("core_shop__orders", "order_id_shop", severity=Severity.WARN),
    )
