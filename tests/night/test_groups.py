"""Tests that share a night stay together in one worker: whoever forgets it runs the night once in each."""

import pytest

pytestmark = pytest.mark.xdist_group("kept together")


def test_a_group_of_tests_is_sent_to_one_worker(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run in one process, or without --dist loadgroup")
    assert request.node.nodeid.endswith("@kept together"), "pytest and pytest-xdist do not understand each other"
