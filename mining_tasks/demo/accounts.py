"""Which person stands behind which account of which silo: the one place where the demo knows the truth."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mining_tasks.demo.contact_points import ContactPoints, contact_points
from mining_tasks.demo.people import HOUSEHOLDS, Person, Record, everybody, of_households

TYPINGS = {"shop": 0, "crm": 1, "support": 2}  # which variant of a person each silo got


@dataclass(frozen=True)
class Account:
    """A person as one silo knows her; `household_id` is missing for a stranger who never bought."""

    source: str
    account_id: int
    household_id: int | None
    person: Person
    record: Record
    points: ContactPoints


@dataclass(frozen=True)
class Town:
    """Everybody there is, and who lives in which household of the shop that is being built."""

    persons: list[Person]
    homes: dict[int, Person]

    def account(self, source: str, account_id: int, household: int, typing: int | None = None) -> Account:
        """The household's person as that silo typed her."""
        return self._account(source, account_id, self.homes[household], household, typing)

    def stranger(self, source: str, account_id: int, number: int) -> Account:
        """Somebody who never bought, counted from 0 within all strangers."""
        return self._account(source, account_id, self.persons[HOUSEHOLDS + number], None, None)

    def _account(
        self, source: str, account_id: int, person: Person, household: int | None, typing: int | None
    ) -> Account:
        partner = self.persons[person.rank + 1]
        record = person.typed(TYPINGS[source] if typing is None else typing)
        return Account(source, account_id, household, person, record, contact_points(person, partner, source))


def town(all_households: Iterable[int], built: Iterable[int]) -> Town:
    """The people of the households that are built; the permutation runs over all households of the data."""
    persons = everybody()
    homes = of_households(all_households, persons)
    return Town(persons, {household: homes[household] for household in built})


def write_truth(accounts: Iterable[Account], file: Path) -> None:
    """A CSV for tests alone, which no room reads: account, household, person, the febrl record, kind of mailbox."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("source", "account_id", "household_id", "person", "record", "mailbox"))
        rows.writerows(
            (it.source, it.account_id, it.household_id, it.person.rank, it.record.record_id, it.points.kind)
            for it in accounts
        )
