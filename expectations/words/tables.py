"""What a contract is made of: columns, and the table they stand in."""

from dataclasses import dataclass, field
from enum import StrEnum

from expectations.words.predictions import Prediction
from expectations.words.promises import Filled, OneRowPer, Promise, Severity


class Pii(StrEnum):
    """What a column tells about a person."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    CONTACT = "contact"
    SENSITIVE = "sensitive"
    FREE_TEXT = "free text"


@dataclass(frozen=True)
class Column:
    """One column: its type, what it means, its unit, what it tells about a person, its promises.

    `decimals`: digits after the point of a Decimal. Types are Python's: datetime is a UTC instant.
    """

    type: type
    text: str
    unit: str = ""
    pii: Pii = Pii.NONE
    promises: tuple[Promise, ...] = ()
    decimals: int = 4
    name: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether a missing value breaks a stop promise."""
        return any(isinstance(p, Filled) and p.severity == Severity.STOP for p in self.promises)


@dataclass(frozen=True)
class Table:
    """A contract: everything promised about one table.

    `is_optional`: a shop may have nothing of the kind. What it does not map is accepted without rows every night, and
    nobody is warned, so that readers need no special case; what it maps is a table as any other.
    """

    name: str
    text: str
    columns: tuple[Column, ...]
    owner: str
    key: tuple[str, ...]
    promises: tuple[Promise, ...] = ()
    beware: tuple[str, ...] = ()
    keep_nights: int = 30
    version: str = "1.0.0"
    month_of: str = ""
    newest_by: str = ""
    bad_rows_share: float = 0.05
    is_optional: bool = False
    predictions: tuple[Prediction, ...] = ()
    parts: tuple[str, str, str] = field(default=("", "", ""))

    @property
    def layer(self) -> str:
        return self.parts[0]

    @property
    def room(self) -> str:
        """The room that makes the table; of a published table also its family."""
        return self.parts[1]

    @property
    def things(self) -> str:
        return self.parts[2]

    @property
    def grain(self) -> str:
        """What a row is: the first sentence of the docstring."""
        return self.text.split("\n\n")[0].replace("\n", " ").strip()

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError with the names there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")

    @property
    def contact(self) -> tuple[str, ...]:
        """Names of the columns by which one could reach or name a person: their values lie in the vault alone."""
        return tuple(column.name for column in self.columns if column.pii == Pii.CONTACT)

    @property
    def all_promises(self) -> tuple[tuple[Column | None, Promise], ...]:
        """Every promise with its column, None where it is about the whole table; the key comes first."""
        whole = (OneRowPer(self.key), *self.promises)
        return (*((None, p) for p in whole), *((c, p) for c in self.columns for p in c.promises))
