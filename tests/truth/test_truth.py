"""Nights on the shop whose truth is known; when a room errs, the score turns red by the figure that is there for it.

The faults stand in the rooms' own code: the room of the last night runs again with one line changed, and publishes.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from mining_tasks import cli
from mining_tasks.demo import score
from mining_tasks.demo.figure import CANNOT_SAY, FAIL, NOT_PUBLISHED, PASS, SHORT
from mining_tasks.warehouse import ledger
from mining_tasks.warehouse.home import Home
from tests.night import homes, walk
from tests.night.walk import Walked
from tests.truth import faults
from tests.truth.conftest import NIGHTS
from tests.truth.faults import Fired

pytestmark = pytest.mark.xdist_group("truth")
LAST = NIGHTS[-1]
Fault = Callable[[], AbstractContextManager[Fired]]
MIXED = {"pairwise precision", "people joined with a stranger", "namesakes told apart"}
SHORT_OF_AIM = {
    "worst decile off, 90 days",
    "worst decile off, 365 days",
    "AUC behind the true probabilities",
    "calibration error",  # 0.019 to 0.022 from home to home of the same people
    # One of the two: whether each her own offer is published hangs here on who is held out, and so on the home's key.
    "harmful contacts",
    "share of the oracle's gain",
}
FAULTS: list[tuple[str, Fault, set[str]]] = [
    ("segments", faults.shuffled_labels, {"Rand index with latent types", "customers who kept their segment"}),
    (
        "customers",
        faults.join_dropped,
        {"sales wrong by", "orders, tickets, reviews wrong by", "customers as computed anew"},
    ),
    ("customers", faults.join_condition_dropped, {"sales wrong by", "customers as computed anew"}),
    ("customers", faults.tickets_lost, {"orders, tickets, reviews wrong by"}),
    ("customers", faults.cents_for_euros_in_features, {"sales wrong by", "customers as computed anew"}),
    ("shop", faults.cents_for_euros_in_the_shop, {"money wrong by"}),
    ("shop", faults.cents_for_euros_in_refunds, {"money wrong by"}),
    ("crm", faults.campaign_money_forgotten, {"money wrong by", "campaigns told wrongly"}),
    ("support", faults.oldest_wins, {"rows in an old state"}),
    ("crm", faults.news_never_merged, {"rows missing or invented", "rows in an old state"}),
    (
        "customers",
        faults.guests_left_out,
        {"sales wrong by", "orders, tickets, reviews wrong by", "customers as computed anew"},
    ),
    ("identities", faults.names_not_compared, MIXED),
    ("identities", faults.guests_hung_next_door, {"guests recovered", "guests given to another"}),
    ("identities", faults.any_likeness_will_do, MIXED),
    ("identities", faults.no_likeness_will_do, {"pairwise recall"}),
    ("identities", faults.nothing_verified, {"guests recovered"}),
    ("lifetime_value", faults.values_shuffled, {"rank correlation, 90 days", "rank correlation, 365 days"}),
    ("churn", faults.churn_shuffled, {"AUC behind the true probabilities", "calibration error"}),
    ("churn", faults.churn_squared, {"calibration error"}),
]


@pytest.fixture(scope="module")
def scored(planted) -> list[score.Line]:
    with homes.at_home(Home(planted)):
        night, lines = score.score()
    assert night == LAST
    return lines


def failing(lines: list[score.Line]) -> dict[str, set[str]]:
    """Figures that fail, by room."""
    rooms = {line.room for line in lines if line.verdict == FAIL}
    return {room: {line.figure for line in lines if (line.room, line.verdict) == (room, FAIL)} for room in rooms}


def test_three_nights_on_the_planted_shop_are_within_every_threshold(scored):
    assert len([line for line in scored if line.verdict == PASS]) >= 25
    assert [line for line in scored if line.is_due and line.verdict not in (PASS, SHORT)] == []
    assert score.exit_status(scored) == score.GREEN


def test_the_sums_were_of_many_currencies_and_the_dirt_of_many_kinds(planted, scored):
    notes = {(line.room, line.figure): line.note for line in scored}
    assert "40 sums to the last digit" in notes["shop", "money wrong by"]
    assert "6 sums to the last digit" in notes["crm", "money wrong by"]
    for room in ("shop", "crm", "support"):
        looked_at = int(notes[room, "dirty rows astray"].removeprefix("none of ").replace(",", ""))
        assert looked_at > 50, room


def test_what_is_short_of_its_aim_is_told_and_is_no_fault(scored):
    short = {line.figure for line in scored if line.verdict == SHORT}
    assert short <= SHORT_OF_AIM, "one more is a loss"
    assert not {"harmful contacts", "share of the oracle's gain"} <= short
    assert score.short_of_aim(scored) == len(short)


def test_rooms_to_come_are_listed_as_not_published(scored):
    to_come = {line.room for line in scored if line.verdict == NOT_PUBLISHED}
    assert to_come
    assert not any(line.is_due for line in scored if line.room in to_come)
    waiting = [(line.figure, line.verdict) for line in scored if not line.is_due and line.room not in to_come]
    assert waiting == [("outcomes told wrongly", CANNOT_SAY)], "nothing falls due within three nights"


def test_the_command_prints_the_table_and_ends_as_the_score_does(planted, capsys):
    with homes.at_home(Home(planted)):
        assert cli.main(["--home", str(planted), "demo", "score"]) == 0
        table = capsys.readouterr().out
        assert cli.main(["--home", str(planted), "demo", "score", "--json"]) == 0
    assert "pairwise precision" in table
    assert "the room does not exist yet" in table
    told = json.loads(capsys.readouterr().out)
    assert (told["night"], told["exit_status"]) == (str(LAST), 0)
    names = {"room", "figure", "value", "threshold", "direction", "unit", "verdict", "note", "is_due", "aim"}
    assert all(set(line) == names for line in told["figures"])


def test_earlier_nights_can_be_scored_as_well(planted):
    with homes.at_home(Home(planted)):
        _, lines = score.score(NIGHTS[1])
    assert [line for line in lines if line.is_due and line.verdict not in (PASS, SHORT)] == []


def ran_alone(room: str) -> Walked:
    """The room's DAG of the last night once more, on what the others accepted; published by its own rules."""
    walked = Walked(LAST)
    walk._run(room, walked)
    return walked


def wave_through(room: str) -> None:
    """So many new ids would be refused, had nobody said that they are meant; see the test of that."""
    if room == "identities":
        ledger.note_override("core_identities__links", LAST, "A. Smith", "seen, and let through")


def test_a_fault_of_linking_is_refused_before_any_score_can_see_it(shop: Home):
    with homes.opened(shop):
        with faults.names_not_compared() as fired:
            walked = ran_alone("identities")
        assert fired.times > 0
        assert not walked.is_green
        assert "customer_id is another than on the last night" in walked.told()
        assert failing(score.score(LAST, "identities")[1]) == {}


def test_consents_that_nobody_asked_for_are_refused_before_any_score_can_see_it(shop: Home):
    with homes.opened(shop):
        with faults.consent_ignored() as fired:
            walked = ran_alone("campaigns")
        assert fired.times > 0
        assert not walked.is_green
        assert "is a channel to which customer_id consents, as last known" in walked.told()
        assert failing(score.score(LAST, "campaigns")[1]) == {}


@pytest.mark.parametrize(("room", "fault", "noticed"), FAULTS, ids=[fault.__name__ for _, fault, _ in FAULTS])
def test_a_fault_in_a_room_turns_the_score_red(shop: Home, room: str, fault: Fault, noticed: set[str]):
    with homes.opened(shop):
        wave_through(room)
        with fault() as fired:
            walked = ran_alone(room)
        assert fired.times > 0
        assert walked.is_green, f"the fault was to stay unnoticed by the night: {walked.told()}"
        lines = score.score(LAST, room)[1]
    assert noticed <= failing(lines).get(room, set())
    assert score.exit_status(lines) == score.RED
