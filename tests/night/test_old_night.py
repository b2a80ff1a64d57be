"""O5: a night of long ago is run again. It alone is made anew, and readers keep what is newer."""

from datetime import date

import expectations
from mining_tasks.warehouse import ledger
from tests.night import homes, picture
from tests.night.homes import FIRST, HOUSEHOLDS, SECOND
from tests.night.walk import walk

LAST = date(2018, 1, 5)  # the night that is run again is then five days old


def test_running_a_night_of_five_days_ago_again_changes_that_night_alone(home_after):
    with homes.opened(home_after(2, HOUSEHOLDS)) as shop:
        walked = walk(LAST)
        assert walked.is_green, walked.told()
        nights = {night: picture.digests(night) for night in (FIRST, SECOND, LAST)}
        seen = picture.seen()

        walked = walk(FIRST)
        assert walked.is_green, walked.told()
        for night, before in nights.items():
            assert picture.differing(picture.digests(night), before) == [], "the same data give the same night"
        assert picture.seen() == seen

        corrected = "UPDATE order_lines SET amount = '123456.78' WHERE rowid = (SELECT max(order_lines.rowid) FROM "
        corrected += "order_lines JOIN orders ON orders.id = order_id WHERE updated_at LIKE '2017-12-31%')"
        assert shop.tell_shop(corrected) == 1
        walked = walk(FIRST)
        assert walked.is_green, walked.told()
        anew = picture.digests(FIRST)
        for table in ("raw_shop__order_lines", "core_shop__order_lines", "pub_customers__profiles"):
            assert anew[table]["run_id"] != nights[FIRST][table]["run_id"], table
        for night in (SECOND, LAST):
            assert picture.differing(picture.digests(night), nights[night]) == [], "newer nights stay as they were"
        assert picture.seen() == seen
        runs = [row for row in ledger.publications_of("customers") if row["night"] == FIRST]
        assert len(runs) == 2, "what was made anew is kept for whoever asks for that night"
        assert max(row["sales_amount"] for row in picture.rows(lines(), FIRST).to_pylist()) > 123_456
        assert picture.files_are_what_the_manifest_says() > 0


def lines() -> expectations.words.Table:
    return expectations.table("core_shop__order_lines")
