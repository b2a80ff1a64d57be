"""Whether a contact of the CRM had said yes to a channel at a moment."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
MOMENT = 1 << 33  # seconds; later than any time we plant


@dataclass(frozen=True)
class Said:
    """What contacts said about one channel, by contact and time."""

    contact: Ints
    at: Ints
    is_granted: NDArray[np.bool_]

    def granted(self, contact: Ints, at: Ints) -> NDArray[np.bool_]:
        """True where the newest word up to that moment is a yes; unknown counts as no."""
        known, number = np.unique(self.contact, return_inverse=True)
        asked = np.searchsorted(known, contact)
        row = np.searchsorted(number * MOMENT + self.at, asked * MOMENT + at, side="right") - 1
        found = row >= 0
        found[found] = self.contact[row[found]] == contact[found]
        found[found] = self.is_granted[row[found]]
        return found


def said(consents: pa.Table, channel_code: str) -> Said:
    """The words about one channel; of two in the same second the one written later counts."""
    of_channel = consents.filter(pc.equal(consents["channel_code"], channel_code))
    contact, at = of_channel["contact_id"].to_numpy(), of_channel["recorded_at"].to_numpy()
    order = np.lexsort((of_channel["updated_at"].to_numpy(), at, contact))
    granted = of_channel["is_granted"].to_numpy(zero_copy_only=False)
    return Said(contact[order], at[order], granted[order])
