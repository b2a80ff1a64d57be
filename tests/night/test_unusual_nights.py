"""P1 and P4: a night whose row counts are unusual is refused; a bad night is rolled back and does not come back."""

import pytest

import expectations
from mining_tasks.warehouse import ledger, publish
from mining_tasks.warehouse.guards import NotPublished
from mining_tasks.warehouse.keep_promises import BrokenPromises
from tests.night import homes, picture
from tests.night.homes import FIRST, SECOND, THIRD
from tests.night.walk import walk

GUARDED = ("customers", "segments", "churn", "lifetime_value", "campaigns")
NEW_ACCOUNTS = 700
NEW_LIST = f"""
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {NEW_ACCOUNTS})
INSERT INTO customers (id, email, email_verified, first_name, last_name, country, created_at, updated_at)
SELECT 900000 + n, 'account' || n || '@example.com', 1, 'Account', 'Number', 'AU',
       '2017-12-30 10:00:00.000000', '2017-12-30 10:00:00.000000' FROM number
"""
# An import goes wrong: it writes the first address of a batch into all six accounts of the batch.
BAD_IMPORT = """
UPDATE customers
SET email = 'account' || ((id - 900000) / 6) || '@example.org', updated_at = '2018-01-01 10:00:00.000000'
WHERE id > 900000
"""
PUT_RIGHT = """
UPDATE customers
SET email = 'account' || (id - 900000) || '@example.com', updated_at = '2018-01-02 10:00:00.000000'
WHERE id > 900000
"""


def customers_count() -> int:
    return int(picture.ask("SELECT count(*) AS rows FROM pub_segments__customers")[0]["rows"])


def test_a_night_that_loses_40_percent_of_the_customers_is_refused_until_it_is_put_right(home_after):
    with homes.opened(home_after(1)) as shop:
        assert shop.tell_shop(NEW_LIST) == NEW_ACCOUNTS
        assert walk(FIRST).is_green
        rows = customers_count()

        assert shop.tell_shop(BAD_IMPORT) == NEW_ACCOUNTS
        walked = walk(SECOND)
        # who is who is the first to refuse it: too many accounts would go; last night's links stand in for all others
        assert walked.red == {"identities"}, walked.told()
        assert isinstance(walked.faults["identities.accept_core"], BrokenPromises)
        assert all(picture.of_family(family)["is_stale"] for family in GUARDED)
        assert customers_count() == rows

        # a person says that it is meant: what is published is guarded for itself
        before = {family: picture.of_family(family) for family in GUARDED}
        ledger.note_override("core_identities__links", SECOND, "anna", "they were said to have left")
        walked = walk(SECOND)
        left = picture.rows(expectations.table("core_customers__features"), SECOND).num_rows
        assert left < 0.6 * rows, "the bad import really took 40 % of the customers away"
        assert walked.red == set(GUARDED), walked.told()
        for family in GUARDED:
            assert isinstance(walked.faults[f"{family}.publish"], BrokenPromises)
            facts = picture.of_family(family)
            assert (facts["run_id"], facts["is_stale"]) == (before[family]["run_id"], True)
            assert "30% fewer" in picture.told(SECOND, family)
            assert picture.told(SECOND, family).startswith("no-go: ")
        assert customers_count() == rows
        assert picture.of_family("quality")["night"] == SECOND, "the night that was refused is reported on"

        # what was said to be meant was not: as many accounts come back, which is as unusual
        assert shop.tell_shop(PUT_RIGHT) == NEW_ACCOUNTS
        ledger.note_override("core_identities__links", THIRD, "anna", "the import was wrong, they are back")
        walked = walk(THIRD)
        assert walked.is_green, walked.told()
        assert customers_count() == pytest.approx(rows, rel=0.01)
        assert all(not picture.of_family(family)["is_stale"] for family in GUARDED)


def test_a_night_that_was_rolled_back_does_not_come_back_but_the_next_one_is_published(kept, home_after):
    with homes.at_home(homes.Home(kept(1))):
        first = picture.of_family("segments")
    with homes.opened(home_after(2)):
        bad, others = picture.of_family("segments"), picture.of_family("customers")
        assert bad["run_id"] != first["run_id"]

        assert publish.rollback("segments") == first["run_id"]
        facts = picture.of_family("segments")
        assert (facts["run_id"], facts["night"], facts["is_stale"]) == (first["run_id"], FIRST, True)
        assert bad["run_id"] in facts["why_stale"]
        assert {str(row["night"]) for row in picture.ask("SELECT night FROM pub_segments__customers")} == {str(FIRST)}
        assert picture.of_family("customers") == others, "other families stay where they are"

        walked = walk(SECOND)
        assert isinstance(walked.faults["segments.publish"], NotPublished)
        assert walked.red == {"segments"}
        assert (picture.of_family("segments")["run_id"], picture.of_family("segments")["is_stale"]) == (
            first["run_id"],
            True,
        )
        assert "rolled back" in picture.told(SECOND, "segments")

        assert walk(THIRD).is_green
        facts = picture.of_family("segments")
        assert (facts["night"], facts["is_stale"]) == (THIRD, False)
        assert picture.files_are_what_the_manifest_says() > 0
