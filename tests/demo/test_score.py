"""The score itself: what it counts is what counting by hand gives, and nothing that is missing passes."""

import json
from collections import Counter
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import adjusted_rand_score

from expectations.identities import (
    core_identities__customers,
    core_identities__guest_orders,
    core_identities__links,
    pub_identities__changes,
)
from expectations.likeness import core_identities__shared_values
from expectations.speak import arrow
from mining_tasks.demo import figures, score
from mining_tasks.demo.figure import CANNOT_SAY, FAIL, NOT_PUBLISHED, PASS, SHORT, Figure
from mining_tasks.demo.figures import identities, segments
from mining_tasks.demo.sight import sight
from mining_tasks.warehouse import shelf
from mining_tasks.warehouse.accept import accept
from mining_tasks.warehouse.publish import publish
from tests.sample import sample

NIGHT = date(2018, 1, 1)
SOURCES = ("shop", "crm", "support")
HOUSES = 30  # of two persons each
TRAPS = {0: "twin", 1: "father_son", 2: "namesake", 3: "twin"}


def tell_truth(home, name: str, rows: list[dict]) -> None:
    folder = home.demo / "truth"
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")


def accept_links(accounts: list[dict], guest_orders: dict[str, str] | None = None) -> None:
    """`accounts`: source, id and customer number of each; `guest_orders`: the account of each order of a guest."""
    rows = [
        {
            "account_id": f"{one['source_code']}:{one['account_id']}",
            "source_code": one["source_code"],
            "account_id_source": str(one["account_id"]),
            "customer_id": f"c_{one['customer']:016x}",
            "evidence_code": "alone",
            "facts_hash": "none",
        }
        for one in accounts
    ]
    of_customers = Counter(row["customer_id"] for row in rows)
    customers = sample(core_identities__customers, len(of_customers)).to_pylist()
    for row, customer_id in zip(customers, sorted(of_customers), strict=True):
        row |= {"customer_id": customer_id}
    drafts = [
        shelf.draft(core_identities__links, NIGHT, pa.Table.from_pylist(rows, arrow.schema(core_identities__links))),
        shelf.draft(
            core_identities__customers, NIGHT, pa.Table.from_pylist(customers, arrow.schema(core_identities__customers))
        ),
        shelf.draft(
            core_identities__guest_orders,
            NIGHT,
            pa.table(
                {"order_id_shop": list(guest_orders or {}), "account_id": list((guest_orders or {}).values())},
                arrow.schema(core_identities__guest_orders),
            ),
        ),
        shelf.draft(core_identities__shared_values, NIGHT, arrow.schema(core_identities__shared_values).empty_table()),
    ]
    accept(*drafts)
    nothing = arrow.schema(pub_identities__changes).empty_table()
    publish("identities", NIGHT, [shelf.draft(pub_identities__changes, NIGHT, nothing)])


@pytest.fixture
def drawn(shop_home) -> list[dict]:
    """Two hundred accounts of sixty people, joined into customers that are often, but not always, right."""
    rng = np.random.default_rng(3)
    people = rng.integers(0, 60, 200)
    customers = np.where(rng.random(200) < 0.2, rng.integers(0, 80, 200), people)
    customers = np.where(rng.random(200) < 0.2, people % HOUSES, customers)
    accounts = [
        {"source_code": SOURCES[n % 3], "account_id": n, "person_id": int(person), "customer": int(customer)}
        for n, (person, customer) in enumerate(zip(people, customers, strict=True))
    ]
    tell_truth(shop_home, "accounts", [one | {"is_guest": False, "updated_at": 0} for one in accounts])
    persons = [{"person_id": n, "household_id": n % HOUSES, "type_code": "a"} for n in range(60)]
    tell_truth(shop_home, "persons", [one | {"trap_code": TRAPS.get(one["household_id"], "")} for one in persons])
    accept_links(accounts)
    return accounts


def of(room: str) -> dict[str, score.Line]:
    _, lines = score.score()
    return {line.figure: line for line in lines if line.room == room}


def test_precision_and_recall_are_what_counting_every_pair_gives(drawn):
    joined = {pair for pair in combinations(range(200), 2) if len({drawn[n]["customer"] for n in pair}) == 1}
    true = {pair for pair in combinations(range(200), 2) if len({drawn[n]["person_id"] for n in pair}) == 1}
    assert joined
    assert joined != true
    found = of("identities")
    precision, recall = len(joined & true) / len(joined), len(joined & true) / len(true)
    assert found["pairwise precision"].value == pytest.approx(precision, abs=1e-12)
    assert found["pairwise recall"].value == pytest.approx(recall, abs=1e-12)
    assert found["pairwise F1"].value == pytest.approx(2 * precision * recall / (precision + recall), abs=1e-12)


def test_people_who_share_a_customer_with_a_stranger_are_counted_once_each(drawn):
    crowds: dict[int, set[int]] = {}
    for one in drawn:
        crowds.setdefault(one["customer"], set()).add(one["person_id"])
    strange = [crowd for crowd in crowds.values() if len({person % HOUSES for person in crowd}) > 1]
    mixed, people = set().union(*strange), {one["person_id"] for one in drawn}
    assert 0 < len(mixed) < len(people)
    assert of("identities")["people joined with a stranger"].value == pytest.approx(len(mixed) / len(people))


def test_namesakes_are_told_apart_by_pairs_of_their_accounts(drawn):
    pairs = [
        pair
        for pair in ((drawn[n], drawn[m]) for n, m in combinations(range(200), 2))
        if abs(pair[0]["person_id"] - pair[1]["person_id"]) == HOUSES
        if TRAPS.get(pair[0]["person_id"] % HOUSES) in ("twin", "father_son")
    ]
    apart = [pair for pair in pairs if pair[0]["customer"] != pair[1]["customer"]]
    assert 0 < len(apart) < len(pairs)
    assert of("identities")["namesakes told apart"].value == pytest.approx(len(apart) / len(pairs))


def test_guests_are_recovered_where_only_one_person_has_the_mailbox_and_a_silo_verified_it(shop_home):
    """Of person 0 two guests, one joined to her; person 1's mailbox is not verified; 2 and 3 share theirs, and a guest
    of hers was joined to him."""
    accounts = [("shop", 1, 0, "a@dot.example", True), ("shop", 2, 1, "b@x.example", False)]
    accounts += [("crm", 3, 2, "c@x.example", True), ("support", 4, 3, "c@x.example", True)]
    guests = [(11, 0, " A+b@Dot.example"), (12, 0, "a@dot.example"), (13, 1, "b@x.example"), (14, 2, "c@x.example")]
    names = (
        "source_code",
        "account_id",
        "person_id",
        "email",
        "is_email_verified",
        "is_guest",
        "updated_at",
        "version",
    )
    told = [(*one, False, 0, 0) for one in accounts]
    told += [("shop", number, person, email, False, True, 0, 0) for number, person, email in guests]
    tell_truth(shop_home, "accounts", [dict(zip(names, one, strict=True)) for one in told])
    order = {"account_id": None, "day": 0, "updated_at": 0, "currency": "EUR", "amount_minor": 1, "discount_minor": 0}
    order |= {"shipping_paid_minor": 0, "shipping_cost_minor": 0}
    tell_truth(shop_home, "orders", [order | {"order_id": n + 100, "guest_account_id": n} for n, *_ in guests])
    tell_truth(shop_home, "minor_units", [{"currency": "EUR", "worth": 100}])
    facts = {"settings": {"people": {"mailboxes": {"ignores_dots_and_tags": "dot.example"}}}}
    (shop_home.demo / "truth" / "facts.json").write_text(json.dumps(facts))
    customers = {"shop:1": 1, "shop:2": 2, "crm:3": 3, "support:4": 4}
    customers |= {"shop:guest:111": 1, "shop:guest:112": 5, "shop:guest:113": 2, "shop:guest:114": 4}
    split = [(*account.split(":", 1), customer) for account, customer in customers.items()]
    linked = [{"source_code": source, "account_id": number, "customer": it} for source, number, it in split]
    accept_links(linked, {str(n + 100): f"shop:guest:{n + 100}" for n, *_ in guests})
    with sight(NIGHT) as seen:
        found = {figure.name: figure for figure in identities.of_guests(seen)}
    assert (found["guests recovered"].value, found["guests given to another"].value) == (0.5, 0.25)
    assert found["guests recovered"].note == "1 of 2, of 4 guests in all"


@pytest.mark.parametrize("seed", range(5))
def test_the_rand_index_is_that_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    ours, theirs = rng.integers(0, 5, 300), rng.integers(0, 4, 300)
    ours = np.where(rng.random(300) < 0.5, theirs, ours)
    cells = Counter((str(one), str(other)) for one, other in zip(ours, theirs, strict=True))
    assert segments.rand_index(cells) == pytest.approx(adjusted_rand_score(theirs, ours), abs=1e-12)


def test_one_segment_for_all_has_no_rand_index():
    assert segments.rand_index({("s_01", "a"): 5, ("s_01", "b"): 7}) is None


def test_every_room_of_the_house_is_listed_and_none_that_is_missing_passes(drawn):
    _, lines = score.score()
    said = {line.room: {one.verdict for one in lines if one.room == line.room} for line in lines}
    assert list(said) == score.rooms()
    assert said["churn"] == {NOT_PUBLISHED}
    assert said["segments"] == {NOT_PUBLISHED}, "it exists, and did not publish this night"
    assert said["identities"] > {FAIL}
    assert {room for room, verdicts in said.items() if PASS in verdicts} <= {"identities"}


def test_a_room_that_does_not_exist_yet_is_no_fault_and_one_that_did_not_publish_is():
    to_come = score.Line("churn", "–", None, None, "", "", NOT_PUBLISHED, "", is_due=False)
    assert score.exit_status([to_come]) == score.GREEN
    assert score.exit_status([to_come, score.Line("shop", "x", None, 0, "at most", "", NOT_PUBLISHED, "")]) == score.RED


def test_what_is_short_of_its_aim_is_counted_and_ends_green():
    short = score.Line("churn", "x", 0.03, 0.05, "at most", "share", SHORT, "", aim=0.02)
    assert score.exit_status([short]) == score.GREEN
    assert score.short_of_aim([short, short, score.Line("churn", "y", 1, 0, "at most", "", FAIL, "")]) == 2
    assert (short.shown()["threshold"], short.shown()["aim"]) == ("≤ 0.0500", "≤ 0.0200")


def test_what_cannot_be_said_is_told_apart_from_both(drawn, shop_home):
    (shop_home.demo / "truth" / "persons.parquet").unlink()
    found = of("identities")
    assert found["pairwise precision"].verdict in (PASS, FAIL)
    assert found["people joined with a stranger"].verdict == CANNOT_SAY
    assert "truth_persons" in found["people joined with a stranger"].note
    unsaid = score.Line("shop", "x", None, 0, "at most", "", CANNOT_SAY, "")
    assert score.exit_status([unsaid]) == score.UNSAID


def test_of_a_small_shop_the_accounts_of_one_person_are_one_case(drawn, shop_home):
    def threshold_of(customers: int) -> float:
        (shop_home.demo / "truth" / "facts.json").write_text(json.dumps({"customers": customers}))
        line = of("identities")["pairwise recall"]
        assert (line.threshold == identities.RECALL.threshold) == ("from 20,000 people" not in line.note)
        return line.threshold

    accounts = Counter(one["person_id"] for one in drawn).values()
    pairs = [n * (n - 1) // 2 for n in accounts]
    cases = sum(pairs) ** 2 / sum(n**2 for n in pairs)
    assert cases < len([n for n in pairs if n]) < sum(pairs)
    assert threshold_of(60) == pytest.approx(0.95 - 2 * np.sqrt(0.95 * 0.05 / cases))
    assert threshold_of(20_000) == 0.95
    (shop_home.demo / "truth" / "facts.json").unlink()
    assert of("identities")["pairwise recall"].threshold == 0.95, "of a size that nobody told"


def test_a_number_that_no_threshold_judges_is_refused(drawn, monkeypatch):
    stray = Figure("identities", "made up", 0, "at most", "rows", "words")
    monkeypatch.setattr(identities, "measure", lambda sight: iter([stray.of(1)]))
    with pytest.raises(ValueError, match="made up"):
        score.score()


def test_a_figure_that_its_file_promises_and_does_not_give_cannot_be_said(drawn, monkeypatch):
    monkeypatch.setattr(identities, "measure", lambda sight: iter([identities.PRECISION.of(1)]))
    assert of("identities")["pairwise recall"].verdict == CANNOT_SAY


def test_a_home_without_truth_is_told_what_to_do(shop_home):
    accept_links([{"source_code": "shop", "account_id": 1, "customer": 1}])
    with pytest.raises(ValueError, match="goldseam demo plant"):
        score.score()


def test_a_new_file_of_figures_is_found_by_itself(tmp_path, monkeypatch):
    (tmp_path / "weather.py").write_text("FIGURES = ()\n")
    monkeypatch.setattr(figures, "__path__", [*figures.__path__, str(tmp_path)])
    assert "weather" in score.measured_rooms()
    assert score.rooms()[-1] == "weather"
