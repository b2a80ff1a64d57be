"""People with real typing variants, read from the febrl files and given to the households by one seeded permutation.

The 2,469 households are more than the 2,000 people of febrl dataset 3, so people of dataset 2 follow (other people:
no two agree in name, birth date and suburb), those with variants first; after the households come the strangers
whom only the CRM or the desk knows. `soc_sec_id` is not used: no shop has it.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mining_tasks.demo import datasets
from mining_tasks.demo.draws import shuffled

HOUSEHOLDS = 2_469


@dataclass(frozen=True)
class Record:
    """One way in which a person was typed: febrl's fields, empty where febrl's are."""

    record_id: str
    given_name: str
    surname: str
    street_number: str
    street: str
    address_extra: str
    suburb: str
    postcode: str
    state: str
    birth_date: date | None


@dataclass(frozen=True)
class Person:
    """Somebody, by her place in the permutation, with the original record first and its variants after it."""

    rank: int
    records: tuple[Record, ...]

    def typed(self, times: int) -> Record:
        """The record of her that many typings after the original; the original again if there are not so many."""
        return self.records[times] if times < len(self.records) else self.records[0]


def everybody() -> list[Person]:
    """All 6,000 people: first those who become households, in the order of the permutation, then the strangers."""
    folder = datasets.febrl()
    known = _people_of(folder / "dataset3.csv", "febrl3")
    more = _people_of(folder / "dataset2.csv", "febrl2")
    more.sort(key=lambda records: len(records) == 1)  # stable: those with variants come first, else by number
    line = known + more
    permuted = shuffled(range(HOUSEHOLDS), "people")
    return [Person(rank, line[place]) for rank, place in enumerate([*permuted, *range(HOUSEHOLDS, len(line))])]


def of_households(all_households: Iterable[int], persons: list[Person]) -> dict[int, Person]:
    """Who lives where: every household of the whole shop, whatever part of it is built, gets the same person."""
    return dict(zip(sorted(all_households), persons, strict=False))


def _people_of(file: Path, dataset: str) -> list[tuple[Record, ...]]:
    people: dict[int, list[tuple[int, Record]]] = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, skipinitialspace=True):
            number, typing = _place(row["rec_id"])
            people.setdefault(number, []).append((typing, _record(dataset, row)))
    return [tuple(record for _, record in sorted(people[number], key=lambda it: it[0])) for number in sorted(people)]


def _place(rec_id: str) -> tuple[int, int]:
    """`rec-12-org` is typing 0 of person 12, `rec-12-dup-0` typing 1."""
    _, number, kind, *which = rec_id.split("-")
    return int(number), 0 if kind == "org" else 1 + int(which[0])


def _record(dataset: str, row: dict[str, str]) -> Record:
    fields = {name: value.strip() for name, value in row.items()}
    return Record(
        record_id=f"{dataset}/{fields['rec_id']}",
        given_name=fields["given_name"],
        surname=fields["surname"],
        street_number=fields["street_number"],
        street=fields["address_1"],
        address_extra=fields["address_2"],
        suburb=fields["suburb"],
        postcode=fields["postcode"],
        state=fields["state"],
        birth_date=_birth_date(fields["date_of_birth"]),
    )


def _birth_date(digits: str) -> date | None:
    """A silo's date field refuses what is no date, so impossible typings (19131233) are missing."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
