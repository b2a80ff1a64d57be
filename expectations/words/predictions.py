"""What a published column foretells: said once in its contract, so that it is kept and compared with what came."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expectations.words.tables import Table

CAME = {
    "no_order": "no order in the window, 1 or 0",
    "order": "an order in the window, 1 or 0",
    "orders": "number of orders in the window",
    "value": "money of the orders in the window, in her main currency and by the row's `value_basis_code`",
    "response": "a response to the campaign, 1 or 0, of those whom it reached in the window",
}
CHANCES = ("no_order", "order", "response")
NUMBERS = (int, float, Decimal)
NEEDS = {"value": ("currency", "value_basis_code"), "response": ("campaign_code",)}


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A column that foretells what comes after `night`, until the end of the day in `due_column`.

    `came_code` says what is then looked for (`CAME`). `low_column` and `high_column`: the ends of an 80 % interval,
    where one is published.
    """

    column: str
    due_column: str
    came_code: str
    low_column: str = ""
    high_column: str = ""

    @property
    def is_chance(self) -> bool:
        """Whether the column is a probability."""
        return self.came_code in CHANCES

    def sentence(self) -> str:
        """The prediction in plain English."""
        within = f", with an 80 % interval from {self.low_column} to {self.high_column}" if self.low_column else ""
        return f"`{self.column}` foretells {CAME[self.came_code]}, due on `{self.due_column}`{within}"


def prediction_faults(contract: "Table") -> list[str]:
    """What is wrong with the predictions of a contract; empty if they can be kept and compared."""
    found = [fault for prediction in contract.predictions for fault in _faults(contract, prediction)]
    columns = [prediction.column for prediction in contract.predictions]
    return found + [f"{name} is foretold twice" for name in sorted({c for c in columns if columns.count(c) > 1})]


def _faults(contract: "Table", said: Prediction) -> list[str]:
    kinds = {column.name: column.type for column in contract.columns}
    needed = ("customer_id", "night", "score_source", *NEEDS.get(said.came_code, ()))
    found = [f"a prediction needs the column {name}" for name in needed if name not in kinds]
    if contract.parts[0] != "pub":
        found.append("only published tables foretell")
    if said.came_code not in CAME:
        found.append(f"{said.column}: {said.came_code!r} is none of {', '.join(CAME)}")
    if kinds.get(said.column) not in NUMBERS:
        found.append(f"the prediction {said.column} is no column with numbers")
    if kinds.get(said.due_column) is not date:
        found.append(f"{said.column}: its due column {said.due_column} is no column with days")
    if said.is_chance and not said.column.endswith("_probability"):
        found.append(f"{said.column}: a chance is called …_probability")
    if bool(said.low_column) != bool(said.high_column):
        found.append(f"{said.column}: an interval has two ends")
    ends = [name for name in (said.low_column, said.high_column) if name]
    return found + [
        f"{said.column}: {name} is no column with numbers" for name in ends if kinds.get(name) not in NUMBERS
    ]
