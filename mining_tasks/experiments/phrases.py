"""How the facts of a customer are said to people, shared by the families that score her: see `point_in_time`."""

from mining_tasks.experiments.reasons import Phrase

NO_ORDER = "no order yet"
PHRASES = {
    "orders_count": Phrase("{orders_count} orders in all"),
    "active_days_count": Phrase("orders on {active_days_count} days"),
    "recency_days": Phrase(
        "no order for {recency_days} days, usually every {gap_mean_days}", "one order or none so far"
    ),
    "tenure_days": Phrase("first order {tenure_days} days ago", NO_ORDER),
    "account_age_days": Phrase("account opened {account_age_days} days ago", "age of the account not known"),
    "gap_mean_days": Phrase("usually orders every {gap_mean_days} days", "one order or none so far"),
    "gap_deviation_days": Phrase(
        "time between orders varies by {gap_deviation_days} days", "too few orders for a habit"
    ),
    "orders_30_days_count": Phrase("{orders_30_days_count} orders in 30 days"),
    "orders_90_days_count": Phrase("{orders_90_days_count} orders in 90 days"),
    "orders_365_days_count": Phrase("{orders_365_days_count} orders in a year"),
    "sales_amount": Phrase("bought for {sales_amount} {currency} in all"),
    "sales_90_days_amount": Phrase("bought for {sales_90_days_amount} {currency} in 90 days"),
    "sales_365_days_amount": Phrase("bought for {sales_365_days_amount} {currency} in a year"),
    "value_amount": Phrase("brought {value_amount} {currency} in all"),
    "value_90_days_amount": Phrase("brought {value_90_days_amount} {currency} in 90 days"),
    "value_365_days_amount": Phrase("brought {value_365_days_amount} {currency} in a year"),
    "value_mean_amount": Phrase("brings {value_mean_amount} {currency} an order", NO_ORDER),
    "basket_mean_amount": Phrase("{basket_mean_amount} {currency} an order", NO_ORDER),
    "discount_share": Phrase("{discount_share%} of the price let off", "discounts not known"),
    "refund_share": Phrase("{refund_share%} paid back for returns", "no returns known"),
    "returns_count": Phrase("{returns_count} items returned"),
    "lines_count": Phrase("{lines_count} items bought"),
    "coupon_lines_share": Phrase("{coupon_lines_share%} of items with a coupon", "coupons not known"),
    "departments_count": Phrase("buys from {departments_count} departments"),
    "campaigns_count": Phrase("{campaigns_count} campaigns in all"),
    "campaigns_90_days_count": Phrase("{campaigns_90_days_count} campaigns in 90 days"),
    "responses_count": Phrase("{responses_count} campaigns answered"),
    "response_share": Phrase("{response_share%} of campaigns answered", "never contacted"),
    "last_contact_days": Phrase("last contacted {last_contact_days} days ago", "never contacted"),
    "last_response_days": Phrase("last answer {last_response_days} days ago", "never answered a campaign"),
    "tickets_count": Phrase("{tickets_count} support tickets in all"),
    "tickets_90_days_count": Phrase("{tickets_90_days_count} support tickets in 90 days"),
    "open_tickets_count": Phrase("{open_tickets_count} open support tickets"),
    "last_ticket_days": Phrase("last support ticket {last_ticket_days} days ago", "no support ticket"),
    "reviews_count": Phrase("{reviews_count} reviews written"),
    "stars_mean": Phrase("{stars_mean} stars given on average", "no review"),
}
