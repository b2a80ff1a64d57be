"""The planted shop is made from its own lists and settings: its tests need none of the real data."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _data() -> None:
    """Stands in for the fixture that skips what needs real data."""
