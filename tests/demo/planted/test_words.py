"""Tickets and reviews: every language, aspect and mood is there, one night is an incident, and busy days are not."""

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mining_tasks.demo.planted.words import reviews, tickets
from mining_tasks.demo.planted.words.grammar import ASPECTS, LANGUAGES, SENTIMENTS, SHAPES, slipped, spoken
from mining_tasks.demo.planted.world import World
from tests.demo.planted.sample_block import NAMES, Sample, sample

CELLS = {(language, aspect, mood) for language in LANGUAGES for aspect in ASPECTS for mood in SENTIMENTS}


@cache
def shop() -> Sample:
    return sample(20_000)


@cache
def letters() -> pa.Table:
    return written(shop())


@cache
def opinions() -> pa.Table:
    return reviewed(shop())


def written(of: Sample) -> pa.Table:
    return tickets(of.world, of.block, of.persons, of.accounts, of.orders)


def reviewed(of: Sample) -> pa.Table:
    return reviews(of.world, of.block, of.persons, of.accounts, of.orders, of.lines)


def days(found: pa.Table, moment: str) -> np.ndarray:
    return np.searchsorted(shop().world.midnights, found[moment].to_numpy(), "right") - 1


def mix(found: pa.Table, column: str) -> dict[str, float]:
    return {row["values"]: row["counts"] / len(found) for row in pc.value_counts(found[column]).to_pylist()}


def on(day: int) -> pa.Table:
    return letters().filter(pa.array(days(letters(), "opened_at") == day))


def ordinary_per_day() -> float:
    return float(np.median(np.bincount(days(letters(), "opened_at"))))


def incident_day() -> int:
    return shop().world.days - 1 - shop().world.settings["words"]["incident"]["days_before_last"]


def busy_days() -> list[int]:
    return [shop().world.days - 1 - before for before in shop().world.settings["words"]["busy"]["days_before_last"]]


@pytest.mark.parametrize("made", [letters, opinions], ids=["tickets", "reviews"])
def test_every_language_speaks_of_every_aspect_in_every_mood(made):
    columns = [made()[name].to_pylist() for name in ("language", "aspect_code", "sentiment_code")]
    assert set(zip(*columns, strict=True)) == CELLS


@pytest.mark.parametrize("made", [letters, opinions], ids=["tickets", "reviews"])
def test_each_language_has_thousands_of_different_texts(made):
    for language in LANGUAGES:
        unsigned = {re.sub(r"\n.*$", "", body) for body in texts(made(), language)}
        assert len(unsigned) > (4_000 if made is letters else 2_500), language


def texts(found: pa.Table, language: str) -> list[str]:
    return found.filter(pc.equal(found["language"], language))["body"].to_pylist()


def test_there_is_about_one_ticket_for_a_person_and_half_a_review():
    assert 0.9 < len(letters()) / shop().block.persons < 1.1
    assert 0.4 < len(opinions()) / shop().block.persons < 0.6


def test_a_language_is_the_writers_own():
    spoken_by = dict(zip(*[shop().persons[name].to_pylist() for name in ("person_id", "language")], strict=True))
    for found in (letters(), opinions()):
        pairs = zip(found["person_id"].to_pylist(), found["language"].to_pylist(), strict=True)
        assert all(spoken_by[person] == language for person, language in pairs)


def test_a_writer_writes_from_an_account_of_hers_that_was_open_then():
    desk = {row["account_id"]: row for row in shop().accounts.to_pylist() if row["source_code"] == "support"}
    for found, moment in ((letters(), "opened_at"), (opinions(), "reviewed_at")):
        for row in found.to_pylist():
            assert desk[row["requester_id"]]["person_id"] == row["person_id"]
            assert desk[row["requester_id"]]["opened_at"] <= row[moment]


def test_a_letter_about_an_order_comes_from_its_buyer_after_it_and_later_if_it_was_late():
    bought = {row["order_id"]: row for row in shop().orders.to_pylist()}
    about = [row for row in letters().to_pylist() if row["order_id"] is not None]
    assert len(about) > 10_000
    for row in about:
        assert bought[row["order_id"]]["person_id"] == row["person_id"]
        assert bought[row["order_id"]]["placed_at"] < row["opened_at"]
        assert not bought[row["order_id"]]["is_test"]
    waited = {late: [] for late in (False, True)}
    for row in about:
        waited[row["is_late"]].append(row["opened_at"] - bought[row["order_id"]]["placed_at"])
    assert np.median(waited[True]) > np.median(waited[False]) + 5 * 86_400


def test_late_orders_are_complained_about():
    late = letters().filter(letters()["is_late"])
    in_time = letters().filter(pc.and_(pc.invert(letters()["is_late"]), pc.invert(letters()["is_incident"])))
    assert len(late) > 500
    assert mix(late, "aspect_code")["delivery"] > 0.7 > 0.35 > mix(in_time, "aspect_code")["delivery"]
    assert mix(late, "sentiment_code")["neg"] > mix(in_time, "sentiment_code")["neg"] + 0.2


def test_a_reviewed_product_was_bought_by_the_reviewer():
    buyer = dict(zip(shop().orders["order_id"].to_pylist(), shop().orders["person_id"].to_pylist(), strict=True))
    owned = zip(shop().lines["order_id"].to_pylist(), shop().lines["product_id"].to_pylist(), strict=True)
    bought = {(buyer[order], product) for order, product in owned}
    found = zip(opinions()["person_id"].to_pylist(), opinions()["product_id"].to_pylist(), strict=True)
    assert set(found) <= bought


def test_stars_follow_the_sentiment_with_some_noise():
    stars = opinions()["stars_count"].to_numpy()
    mood = opinions()["sentiment_code"].to_numpy(zero_copy_only=False)
    weights = shop().world.settings["words"]["reviews"]["stars"]
    for code, name in SENTIMENTS.items():
        shares = np.bincount(stars[mood == code], minlength=6)[1:] / (mood == code).sum()
        assert np.abs(shares - weights[name]).max() < 0.04
        assert (shares > 0).sum() >= 4


def test_the_incident_is_many_angry_letters_about_deliveries_on_its_night_alone():
    happened = letters().filter(letters()["is_incident"])
    assert set(days(happened, "opened_at")) == {incident_day()}
    assert mix(happened, "sentiment_code") == {"neg": 1.0}
    assert mix(happened, "aspect_code") == {"delivery": 1.0}
    assert len(happened) > 2 * ordinary_per_day()
    assert len(on(incident_day())) > 3 * ordinary_per_day()
    assert mix(on(incident_day()), "sentiment_code")["neg"] > mix(letters(), "sentiment_code")["neg"] + 0.2


def test_busy_days_bring_more_letters_of_the_same_mix():
    assert len(busy_days()) >= 3
    assert incident_day() not in busy_days()
    for day in busy_days():
        assert len(on(day)) > 2 * ordinary_per_day()
    busy = pa.concat_tables(on(day) for day in busy_days())
    for column in ("sentiment_code", "aspect_code", "language"):
        usual, found = mix(letters().filter(pc.invert(letters()["is_incident"])), column), mix(busy, column)
        assert usual.keys() == found.keys()
        assert all(abs(found[code] - usual[code]) < 4 * np.sqrt(0.25 / len(busy)) for code in usual)


def test_nothing_is_written_or_solved_after_the_last_day():
    end = shop().world.midnights[shop().world.days]
    assert pc.max(letters()["opened_at"]).as_py() < end
    assert pc.max(letters()["solved_at"]).as_py() < end
    assert pc.max(opinions()["reviewed_at"]).as_py() < end
    assert pc.max(shop().orders["placed_at"]).as_py() > end, "the sample knows a future"


def test_a_solved_ticket_was_opened_before_and_an_open_one_has_no_time():
    solved = letters().filter(pc.equal(letters()["status_code"], "solved"))
    assert len(solved) > 0.9 * len(letters()) > 0
    assert pc.all(pc.greater(solved["solved_at"], solved["opened_at"])).as_py()
    assert set(letters().filter(letters()["solved_at"].is_null())["status_code"].to_pylist()) == {"open"}


def test_some_letters_are_signed_with_the_writers_own_first_name_and_no_review_is():
    names = {row["account_id"]: row["given_name"] for row in shop().accounts.to_pylist()}
    last = [(body.rsplit("\n")[-1].lower(), who) for body, who in bodies(letters(), "requester_id")]
    signed = [(line, names[who].lower()) for line, who in last if line in {name.lower() for name in NAMES}]
    assert signed
    assert [line for line, name in signed if line != name] == []
    assert len(signed) / len(letters()) == pytest.approx(shop().world.settings["words"]["signed_share"], abs=0.02)
    assert not any(re.search(rf"\b({'|'.join(NAMES)})\b", body) for body in opinions()["body"].to_pylist())


def bodies(found: pa.Table, beside: str) -> list[tuple[str, int]]:
    return list(zip(found["body"].to_pylist(), found[beside].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("not bad at all", "pos"),
        ("gar nicht schlecht", "pos"),
        ("no está nada mal", "pos"),
        ("did not arrive on time", "neg"),
        ("nicht pünktlich", "neg"),
        ("no llegó a tiempo", "neg"),
    ],
)
def test_a_negation_turns_the_sentiment_of_its_word(words: str, code: str):
    found = letters().filter(pc.match_substring(letters()["body"], words))
    assert set(found["sentiment_code"].to_pylist()) == {code}


def test_a_few_texts_hold_mistakes_and_no_slot_is_left_open():
    said = ["pünktlich geliefert", "das ist sehr gut", "ab", "¿dónde está?"] * 50
    typed = slipped(np.random.default_rng(0), said)
    assert len(typed) == len(said)
    assert 0.5 < np.mean([one != other for one, other in zip(said, typed, strict=True)]) < 1
    assert all(abs(len(one) - len(other)) <= 2 for one, other in zip(said, typed, strict=True))
    for found in (letters(), opinions()):
        assert not any(set("{}") & set(body) for body in found["body"].to_pylist())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_clause_stands_for_two_moods_or_aspects(language: str):
    for part in ("clause", "remark"):
        cells = spoken(language)[part]
        assert len(cells) == np.prod(SHAPES[part])
        cells = cells[: len(ASPECTS) * len(SENTIMENTS)]
        phrases = [phrase for cell in cells for phrase in cell]
        assert len(phrases) == len(set(phrases)) > 1_000


def test_ids_stand_in_order_of_time_and_blocks_share_none():
    for found, key, moment in ((letters(), "ticket_id", "opened_at"), (opinions(), "review_id", "reviewed_at")):
        assert (np.diff(found[key].to_numpy()) > 0).all()
        assert (np.diff(found[moment].to_numpy()) >= 0).all()
    first, second = sample(300), sample(300, number=1)
    assert not set(written(first)["ticket_id"].to_pylist()) & set(written(second)["ticket_id"].to_pylist())
    assert not set(reviewed(first)["review_id"].to_pylist()) & set(reviewed(second)["review_id"].to_pylist())


def test_the_same_seed_gives_the_same_words_and_another_seed_others():
    small = sample(300)
    assert written(small).equals(written(small))
    assert reviewed(small).equals(reviewed(small))
    other = Sample(World(300, 400, 8), *list(vars(small).values())[1:])
    assert not written(other).equals(written(small))
    assert not reviewed(other).equals(reviewed(small))


def test_where_nobody_knows_the_desk_nothing_is_written():
    small = sample(50)
    shop_only = small.accounts.filter(pc.equal(small.accounts["source_code"], "shop"))
    nobody = Sample(small.world, small.block, small.persons, shop_only, small.orders, small.costs, small.lines)
    assert written(nobody).num_rows == reviewed(nobody).num_rows == 0
    assert written(nobody).schema == letters().schema
    assert reviewed(nobody).schema == opinions().schema
