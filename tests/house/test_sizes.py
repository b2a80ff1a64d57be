"""Short enough to hold in the head: functions, files, arguments."""

import statistics

import pytest

from tests.house.code import files, functions, short

FUNCTION_LINES, FILE_LINES, DAG_LINES, ARGUMENTS = 40, 250, 80, 6
TEST_FILE_LINES = 350  # a test file may hold one topic whole
MEDIAN_LINES, P90_LINES = 10, 25


def test_there_is_something_to_measure():
    assert len(files()) > 50
    assert len(functions()) > 300


def lines(function) -> int:
    return function.end_lineno - function.lineno + 1


def test_no_function_is_longer_than_forty_lines():
    assert {name: lines(function) for name, function in functions() if lines(function) > FUNCTION_LINES} == {}


def test_most_functions_are_short():
    lengths = sorted(lines(function) for _, function in functions())
    assert statistics.median(lengths) <= MEDIAN_LINES
    assert lengths[int(len(lengths) * 0.9)] <= P90_LINES


def test_no_function_takes_more_than_six_arguments():
    def count(function) -> int:
        taken = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        return len([argument for argument in taken if argument.arg not in ("self", "cls")])

    assert {name: count(function) for name, function in functions() if count(function) > ARGUMENTS} == {}


@pytest.mark.parametrize("folder", ["expectations", "mining_tasks", "plugins", "tests"])
def test_no_file_is_too_long(folder):
    counted = {short(file): len(file.read_text().splitlines()) for file in files(folder)}
    longest = TEST_FILE_LINES if folder == "tests" else FILE_LINES
    assert counted
    assert {name: count for name, count in counted.items() if count > longest} == {}


def test_a_dag_fits_on_two_screens():
    counted = {short(file): len(file.read_text().splitlines()) for file in files("dags")}
    assert counted
    assert {name: count for name, count in counted.items() if count > DAG_LINES} == {}
