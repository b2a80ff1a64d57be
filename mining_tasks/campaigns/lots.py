"""Lots: a number per customer that nobody can guess or choose, and that stays the same for the same key and purpose."""

import hmac
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
HOLDOUT = "campaigns holdout"
STEP = 2.0**-53  # lots are multiples of it: 53 bits fit a float without rounding up to 1


def lots(customers: Sequence[str], key: bytes, purpose: str) -> Numbers:
    """Uniform in [0, 1), one per customer id: the first 8 bytes of HMAC-SHA-256(key, purpose, id).

    Another purpose gives independent lots. Raises ValueError for an empty key or purpose.
    """
    if not key or not purpose:
        raise ValueError("a lot needs a key and a purpose")
    start = purpose.encode() + b"\0"
    digests = b"".join(hmac.digest(key, start + customer.encode(), "sha256")[:8] for customer in customers)
    whole = np.frombuffer(digests, ">u8").astype(np.uint64)
    return (whole >> np.uint64(11)).astype(np.float64) * STEP


def held_out(customers: Sequence[str], key: bytes, share: float) -> Mask:
    """True for the stable share of customers that no campaign contacts; a larger share keeps all of a smaller one."""
    if not 0 <= share < 1:
        raise ValueError("the share held out must be at least 0 and below 1")
    return lots(customers, key, HOLDOUT) < share
