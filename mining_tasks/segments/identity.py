"""Who is who among segments: ids that survive a refit, and names given once, at birth."""

from collections.abc import Collection, Sequence
from itertools import chain, count

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment

NO_ORDERS_ID, NO_ORDERS_NAME = "s_00", "No known orders"
LAST_ID = 79  # from s_80 on ids are RFM cells
OFTEN = ("Rare", "Occasional", "Regular", "Frequent", "Very frequent")
SPENDER = ("smallest spenders", "small spenders", "middle spenders", "big spenders", "top spenders")
SINCE = ("gone quiet", "cooling off", "seen lately", "active", "active")


class NoIdLeft(ValueError):
    """More than 79 segments were born in the life of a shop and no id is free."""


def matched(old: np.ndarray, new: np.ndarray) -> dict[int, int]:
    """Which old centre (row) each new one continues: the pairing with the smallest distances in all (Hungarian).

    old, new: centres in one standardised space. New segments beyond the number of old ones continue none.
    """
    distances = np.linalg.norm(new[:, None, :] - old[None, :, :], axis=2)
    pairs = zip(*linear_sum_assignment(distances), strict=True)
    return {int(after): int(before) for after, before in pairs}


def fresh_ids(used: Sequence[str], number: int) -> list[str]:
    """Ids that no segment of this shop ever had."""
    free = [name for name in (f"s_{place:02d}" for place in range(1, LAST_ID + 1)) if name not in set(used)]
    if len(free) < number:
        raise NoIdLeft(f"{number} new segments, {len(free)} ids left")
    return free[:number]


def profile(rows: pa.Table, labels: np.ndarray, cluster: int) -> tuple[int, int, int]:
    """Mean RFM scores of one cluster, rounded: what its name is made of."""
    mine = labels == cluster
    scores = (np.asarray(rows[f"{name}_score"].to_numpy())[mine] for name in ("recency", "frequency", "monetary"))
    recency, frequency, monetary = (min(5, max(1, int(np.floor(score.mean() + 0.5)))) for score in scores)
    return recency, frequency, monetary


def named(scores: tuple[int, int, int], about: str, taken: Collection[str]) -> str:
    """A name from mean scores of 1 to 5, told apart from names taken by what is said `about` it, then by a number."""
    recency, frequency, monetary = (score - 1 for score in scores)
    plain = f"{OFTEN[frequency]} {SPENDER[monetary]}, {SINCE[recency]}"
    if plain not in taken:
        return plain
    closer = f"{plain}, {about}"
    return next(name for name in chain([closer], (f"{closer} {number}" for number in count(2))) if name not in taken)
