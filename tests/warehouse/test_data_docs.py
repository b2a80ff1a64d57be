"""The page of a night's checks: every promise, counts, no values, nothing loaded from elsewhere."""

import re
from html.parser import HTMLParser

import pytest

from expectations.identities import core_identities__customers
from mining_tasks.warehouse import accept, data_docs, shelf
from mining_tasks.warehouse.checks import BrokenPromises
from tests.sample import as_table, sample
from tests.warehouse.drafts import NIGHT

SENTINEL = "Zebulon.Quux@example.org"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.rows = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.rows += tag == "tr"


def test_the_page_shows_every_promise_the_broken_ones_first_and_no_value(shop_home):
    rows = sample(core_identities__customers, 10).to_pylist()
    rows[0]["customer_id"] = SENTINEL
    with pytest.raises(BrokenPromises):
        accept.accept(shelf.draft(core_identities__customers, NIGHT, as_table(core_identities__customers, rows)))
    page = data_docs.build(NIGHT).read_text()
    tags = Tags(page)
    assert tags.rows == 1 + 1 + len(core_identities__customers.all_promises)
    assert page.index("matches `c_[0-9a-f]{16}`") < page.index("is never missing")
    assert "1 broken that stop a table" in page
    assert SENTINEL not in page
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert not re.search(r"https?://|url\(|@import", page)


def test_building_it_again_gives_the_same_page_and_a_night_without_checks_says_so(shop_home):
    accept.accept(shelf.draft(core_identities__customers, NIGHT, sample(core_identities__customers, 10)))
    first = data_docs.build(NIGHT).read_bytes()
    assert data_docs.build(NIGHT).read_bytes() == first
    assert "Nothing was checked" in data_docs.page(NIGHT, [])


def test_what_a_contract_says_cannot_become_markup():
    row = {"table_name": "core_<b>__x", "promise": "<script>", "held": False, "severity": "stop", "rows": 1}
    page = data_docs.page(NIGHT, [row | {"broken_rows": 1, "column_name": None}])
    assert "<script>" not in page
    assert "core_<b>" not in page
