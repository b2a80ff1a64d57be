"""The night after the first: an increment, that leaves the same picture as one look at everything."""

from tests.night import homes
from tests.night.walk import walk


def test_try(after_first_night):
    with homes.opened(after_first_night) as shop:
        walked = walk(homes.SECOND)
        assert walked.is_green, walked.told()
