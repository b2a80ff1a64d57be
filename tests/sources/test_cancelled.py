"""Which orders do not count: one list in one place, bound by every room alike."""

import pytest

from mining_tasks.sources.cancelled import CANCELLED, cancelled
from mining_tasks.warehouse import engine
from mining_tasks.warehouse.home import Home

SHOP = '[shop]\nkind = "sql"\nconnection = "goldseam_shop"\n'
COUNTING = """
SELECT string_agg(coalesce(code, 'none'), ',' ORDER BY code) AS codes
FROM (VALUES ('completed'), ('refunded'), ('Cancelled '), ('FAILED'), (NULL), ('storniert')) AS orders (code)
WHERE NOT list_contains($cancelled, coalesce(lower(trim(code)), ''))
"""


@pytest.mark.parametrize(
    ("said", "counting"),
    [
        ("", "completed,refunded,storniert,none"),
        ('cancelled = ["Storniert "]', "Cancelled ,FAILED,completed,refunded,none"),
        ("cancelled = []", "Cancelled ,FAILED,completed,refunded,storniert,none"),
    ],
)
def test_the_shops_own_list_replaces_ours_and_no_case_matters(said: str, counting: str, shop_home: Home) -> None:
    (shop_home.path / "sources.toml").write_text(SHOP + said)
    assert engine.query(COUNTING, [], cancelled=cancelled()).to_pylist() == [{"codes": counting}]


def test_our_list_is_as_it_is_compared_and_holds_no_refund() -> None:
    assert len(CANCELLED) == len(set(CANCELLED)) > 10
    assert all(code == code.strip().lower() and code for code in CANCELLED)
    assert not any("refund" in code for code in CANCELLED)
