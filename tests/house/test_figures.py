"""The score's register: every room is measured, and no number comes without the threshold that judges it."""

import math
from dataclasses import MISSING, fields

import pytest

import expectations
from mining_tasks.demo import score
from mining_tasks.demo.figure import Figure
from tests.house.code import ROOT

FOLDER = ROOT / "mining_tasks" / "demo" / "figures"
FILES = sorted(file for file in FOLDER.glob("*.py") if file.stem != "__init__")
TO_COME = ("lifetime_value", "churn", "campaigns", "baskets", "journeys", "sentiment", "demand", "prices")


def asked(room: str) -> tuple[Figure, ...]:
    module = score.measures(room)
    assert module
    return tuple(module.FIGURES)


def test_every_room_that_promises_a_table_is_measured():
    promised = {table.room for table in expectations.tables().values()}
    assert promised
    assert promised <= set(score.measured_rooms()) == {file.stem for file in FILES}


def test_rooms_to_come_are_listed_from_the_first_day():
    assert set(TO_COME) < set(score.rooms())
    assert len(score.rooms()) == len(set(score.rooms()))


@pytest.mark.parametrize("room", score.measured_rooms())
def test_every_figure_has_a_threshold_a_unit_and_words(room: str):
    assert asked(room)
    for figure in asked(room):
        assert math.isfinite(figure.threshold), figure
        assert figure.direction in ("at least", "at most"), figure
        assert figure.room == room, figure
        assert figure.unit, figure
        assert figure.note, figure
        assert figure.value is None, figure
    names = [figure.name for figure in asked(room)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("room", score.measured_rooms())
def test_no_threshold_asks_for_more_than_the_aim(room: str):
    for figure in asked(room):
        if figure.aim is not None:
            sign = 1 if figure.direction == "at least" else -1
            assert sign * figure.threshold <= sign * figure.aim, figure


@pytest.mark.parametrize("room", score.measured_rooms())
def test_no_figure_is_made_and_then_left_out_of_the_register(room: str):
    made = [value for value in vars(score.measures(room)).values() if isinstance(value, Figure)]
    assert [figure.name for figure in made if figure not in asked(room)] == []


def test_a_number_cannot_be_had_without_a_threshold():
    threshold = next(field for field in fields(Figure) if field.name == "threshold")
    assert threshold.default is MISSING
    assert threshold.default_factory is MISSING
