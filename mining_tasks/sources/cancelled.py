"""Which orders do not count: those that were cancelled or never came about, by the codes of `[shop] cancelled`."""

from collections.abc import Iterable

from mining_tasks.warehouse.home import home

# What WooCommerce, Shopify, Magento, BigCommerce, OpenCart and Shopware call an order that was cancelled, refused by
# the bank, found to be fraud, or never finished. Refunded ones are not among them: what was sold and came back counts.
CANCELLED = (
    *("cancelled", "canceled", "cancelled_by_customer", "wc-cancelled", "void", "voided", "reversed", "chargeback"),
    *("failed", "wc-failed", "payment_failed", "declined", "denied", "rejected", "fraud", "fraudulent"),
    *("expired", "abandoned", "incomplete", "draft", "checkout-draft", "trash", "trashed", "test"),
)


def cancelled() -> list[str]:
    """Status codes of orders that count neither as orders nor as money, trimmed and in lower case.

    The shop's own list replaces ours; with an empty one every order counts. To be bound by rooms:
    `NOT list_contains($cancelled, coalesce(lower(trim(status_code)), ''))`; an order without a code counts.
    """
    return plain(home().toml("sources").get("shop", {}).get("cancelled", CANCELLED))


def plain(codes: Iterable[str]) -> list[str]:
    """Codes as they are compared: trimmed, in lower case, each once, in order; never an empty one."""
    return sorted({code.strip().lower() for code in codes} - {""})
