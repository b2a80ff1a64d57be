"""Wishes: consent that changes and contradicts, and people who ask to be forgotten."""

from datetime import timedelta

from mining_tasks.demo.planted.world import Block, World
from tests.demo.planted.town import WORLD, ask, is_near, of_block

TOLD = WORLD.settings["wishes"]
END = int(WORLD.midnights[WORLD.days])
FIRSTS = """(SELECT DISTINCT ON (contact_id, channel_code) * FROM consents
             ORDER BY contact_id, channel_code, recorded_at)"""


def test_consents_are_given_by_contacts_of_the_crm_once_they_are_there():
    ((rows, strange),) = ask(
        """SELECT count(*), count(*) FILTER (opened_at IS NULL OR recorded_at < opened_at)
           FROM consents LEFT JOIN (SELECT * FROM accounts WHERE source_code = 'crm' AND version = 0)
           ON contact_id = account_id"""
    )
    assert (rows > 10_000, strange) == (True, 0)


def test_asked_and_granted_shares_are_as_planted():
    ((contacts,),) = ask("SELECT count(*) FROM accounts WHERE source_code = 'crm' AND version = 0")
    found = ask(f"SELECT channel_code, count(*), count(*) FILTER (is_granted) FROM {FIRSTS} GROUP BY 1")
    assert {channel for channel, *_ in found} == set(TOLD["asked_share"])
    for channel, asked, granted in found:
        assert is_near(asked, TOLD["asked_share"][channel], contacts), channel
        if channel != "email":  # there the shop's flag speaks
            assert is_near(granted, TOLD["granted_share"][channel], asked), channel


def test_each_change_of_mind_is_the_opposite_of_the_one_before_and_is_learnt_after_it():
    rows = ask(
        """SELECT is_granted = lag(is_granted) OVER w, updated_at <= lag(updated_at) OVER w
           FROM consents WINDOW w AS (PARTITION BY contact_id, channel_code ORDER BY recorded_at)"""
    )
    changes = [row for row in rows if row[0] is not None]
    assert len(changes) > 300
    assert set(changes) == {(False, False)}


def test_so_many_are_withdrawn_and_some_given_again_as_planted():
    pairs = "SELECT count(*) FROM (SELECT count(*) n FROM consents GROUP BY contact_id, channel_code) WHERE n > ?"
    counts = [ask(pairs, changes)[0][0] for changes in (1, 2)]
    ((granted,),) = ask(f"SELECT count(*) FILTER (is_granted AND recorded_at < {END - 4 * 86_400}) FROM {FIRSTS}")
    assert is_near(counts[0], TOLD["withdrawn_share"], granted)
    assert is_near(counts[1], TOLD["granted_again_share"], counts[0])


def test_some_changes_are_told_late_and_none_after_the_last_day():
    ((rows, late, latest, early),) = ask(
        """SELECT count(*), count(*) FILTER (updated_at > recorded_at), max(updated_at),
                  count(*) FILTER (updated_at < recorded_at) FROM consents"""
    )
    assert is_near(late, TOLD["told_late_share"], rows)
    assert latest < END
    assert early == 0


def test_shop_and_crm_contradict_each_other_as_often_as_planted():
    ((both, contrary),) = ask(
        f"""SELECT count(*), count(*) FILTER (s.accepts_email <> is_granted)
            FROM {FIRSTS} JOIN accounts a ON contact_id = account_id AND source_code = 'crm' AND version = 0
            JOIN (SELECT person_id, arg_min(accepts_email, opened_at) accepts_email FROM accounts
                  WHERE is_guest = FALSE GROUP BY 1) s USING (person_id)
            WHERE channel_code = 'email'"""
    )
    assert both > 1_000
    assert is_near(contrary, TOLD["contradictory_share"], both)


def test_people_ask_to_be_forgotten_on_the_stated_nights_and_once():
    nights = {WORLD.last_day - timedelta(days=wish["days_before_last"]) for wish in TOLD["erasures"]}
    assert {night for (night,) in ask("SELECT DISTINCT requested_night FROM erasures")} == nights
    assert ask("SELECT max(n) FROM (SELECT count(DISTINCT requested_night) n FROM erasures GROUP BY person_id)") == [
        (1,)
    ]


def test_an_erasure_names_every_account_that_was_open_that_night_and_no_other():
    named = set(ask("SELECT requested_night, person_id, source_code, account_id FROM erasures"))
    expected = set()
    for night in {row[0] for row in named}:
        end = int(WORLD.midnights[WORLD.day_of(night) + 1])
        expected |= set(
            ask(
                """SELECT requested_night, person_id, a.source_code, a.account_id FROM accounts a
                   JOIN (SELECT DISTINCT person_id, requested_night FROM erasures) USING (person_id)
                   WHERE version = 0 AND requested_night = ? AND opened_at < ?""",
                night,
                end,
            )
        )
    assert named == expected != set()


def test_on_each_night_one_who_is_easily_mistaken_asks_and_her_double_does_not():
    rows = ask(
        """SELECT requested_night, block, count(DISTINCT person_id) FROM erasures JOIN persons USING (person_id, block)
           WHERE trap_code IN ('twin', 'father_son', 'namesake') GROUP BY 1, 2"""
    )
    assert len(rows) == 2 * len(TOLD["erasures"])
    homes = ask(
        """SELECT count(DISTINCT e.person_id) < count(DISTINCT p.person_id) FROM persons p
           LEFT JOIN erasures e USING (person_id) WHERE p.trap_code IN ('twin', 'father_son')
           GROUP BY household_id HAVING count(e.person_id) > 0"""
    )
    assert homes
    assert any(stays for (stays,) in homes)


def test_a_short_history_has_no_erasures_before_it():
    made = of_block(World(300, 10, 3), Block(0, 0, 300))["erasures"]
    nights = set(made["requested_night"].to_pylist())
    assert len(nights) == 3
    assert min(nights) >= World(300, 10, 3).first_day
