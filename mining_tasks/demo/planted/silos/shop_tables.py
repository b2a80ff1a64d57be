"""The planted shop's own tables, as its database declares them."""

from mining_tasks.demo.shop_tables import PRODUCTS as REAL_PRODUCTS
from mining_tasks.demo.shop_tables import ShopTable

MONEY = "NUMERIC(15, 3)"  # dinars have three decimals
KEY, TIME, FLAG = "BIGINT NOT NULL", "TIMESTAMP NOT NULL", "BOOLEAN NOT NULL"
CONTACT = ("email", "phone", "first_name", "last_name", "street", "house_no", "postcode", "city", "country")

CUSTOMERS = ShopTable(
    "customers",
    {
        **{"id": KEY, "email": "TEXT", "email_verified": FLAG, "phone": "TEXT", "first_name": "TEXT"},
        **{"last_name": "TEXT", "born_on": "DATE", "house_no": "TEXT", "street": "TEXT", "street_2": "TEXT"},
        **{"city": "TEXT", "postcode": "TEXT", "state": "TEXT", "country": "TEXT", "newsletter": "BOOLEAN"},
        **{"created_at": TIME, "updated_at": TIME},
    },
    ("id",),
    "updated_at",
)
PRODUCTS = ShopTable(
    "products",
    {
        **{name: REAL_PRODUCTS.columns[name] for name in ("id", "name", "department", "category", "brand")},
        **{"package_size": "TEXT", "list_price": MONEY, "cost": MONEY, "launched_on": "DATE", "updated_at": TIME},
    },
    ("id",),
)
PRODUCT_PRICES = ShopTable(
    "product_prices",
    {"product_id": KEY, "valid_from": TIME, "price": MONEY, "is_promotion": FLAG},
    ("product_id", "valid_from"),
)
STOCK_LEVELS = ShopTable(
    "stock_levels",
    {"product_id": KEY, "recorded_at": TIME, "is_available": FLAG},
    ("product_id", "recorded_at"),
)
ORDERS = ShopTable(
    "orders",
    {
        **{"id": KEY, "customer_id": "BIGINT", **{f"guest_{name}": "TEXT" for name in CONTACT}},
        **{"placed_at": TIME, "state": "TEXT NOT NULL", "currency": "TEXT NOT NULL"},
        **{"total": MONEY, "discount": MONEY, "shipping_paid": MONEY, "shipping_cost": MONEY, "updated_at": TIME},
    },
    ("id",),
    "updated_at",
)
ORDER_LINES = ShopTable(
    "order_lines",
    {
        **{"order_id": KEY, "line_no": "INTEGER NOT NULL", "product_id": KEY, "quantity": "INTEGER NOT NULL"},
        **{"unit_price": MONEY, "amount": MONEY, "discount": MONEY, "coupon_discount": MONEY, "cost": MONEY},
    },
    ("order_id", "line_no"),
)
RETURNS = ShopTable(
    "returns",
    {"order_id": KEY, "line_no": "INTEGER NOT NULL", "returned_at": TIME, "refund": MONEY},
    ("order_id", "line_no"),
)
OF_THE_SHOP = (PRODUCTS, PRODUCT_PRICES, STOCK_LEVELS)  # the same for everybody
OF_BLOCKS = (CUSTOMERS, ORDERS, ORDER_LINES, RETURNS)
