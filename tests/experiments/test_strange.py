"""Features that look unlike the taught ones are said, and when they are another thing altogether, withheld."""

import numpy as np
import pyarrow as pa
import pytest

from mining_tasks.experiments.layout import layout
from mining_tasks.experiments.strange import Strange, strange, usual

ROWS = 2_000


def drawn(seed: int = 1) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    return {
        "spend": np.round(chance.lognormal(3, 1, ROWS), 2),
        "orders": chance.normal(10, 2, ROWS),
        "country": chance.choice(["DE", "AT", "CH"], ROWS),
    }


BEFORE = pa.table(drawn())
TAUGHT = layout(BEFORE, ["spend", "orders", "country"])
USUAL = usual(TAUGHT, BEFORE)


def seen(**columns: np.ndarray) -> Strange:
    return strange(USUAL, TAUGHT, pa.table(drawn(2) | columns))


def test_another_night_of_the_same_shop_is_not_strange():
    assert seen() == Strange()


@pytest.mark.parametrize(
    ("column", "made", "level", "said"),
    [
        ("orders", lambda old: old + 4, "withheld", "2.0 deviations"),
        ("orders", lambda old: old + 2, "warned", "1.0 deviations"),
        ("spend", lambda old: old * 100, "withheld", "another unit"),
        ("spend", lambda old: old / 100, "withheld", "another unit"),
        ("country", lambda old: np.where(np.arange(ROWS) % 10 < 3, "FR", old), "withheld", "30% of country"),
        ("country", lambda old: np.where(np.arange(ROWS) % 10 < 1, "FR", old), "warned", "10% of country"),
        ("orders", lambda old: np.where(np.arange(ROWS) % 5 < 1, np.nan, old), "warned", "missing for 20%"),
        ("orders", lambda old: np.full(ROWS, np.nan), "withheld", "missing for 100%"),
    ],
)
def test_a_feature_that_changed_is_told_at_its_level(column, made, level, said):
    found = seen(**{column: made(drawn(2)[column])})
    assert any(said in sentence and column in sentence for sentence in getattr(found, level))
    if level == "warned":
        assert found.withheld == ()


def test_a_handful_of_rows_says_nothing():
    assert strange(USUAL, TAUGHT, pa.table({"spend": [1e9], "orders": [1.0], "country": ["XX"]})) == Strange()
