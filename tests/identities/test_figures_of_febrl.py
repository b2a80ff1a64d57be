"""The published febrl sets, linked without labels: every field as it is written, no setting of our own."""

import csv
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from mining_tasks.demo import datasets
from tests.identities.drawn_accounts import account, linked

LISTS = {  # of each set its files, and which silo holds each
    "febrl3": {"dataset3.csv": "shop"},
    "febrl4": {"dataset4a.csv": "shop", "dataset4b.csv": "crm"},
}
NAMES = {
    "given": "given_name",
    "surname": "surname",
    "street_number": "street_number",
    "street": "address_1",
    "address_extra": "address_2",
    "city": "suburb",
    "postcode": "postcode",
}


def told(row: dict[str, str], source: str) -> dict[str, Any]:
    """One record as an account of a silo."""
    facts = {name: row[column].strip() or None for name, column in NAMES.items()}
    return account(source, row["rec_id"], born=birth(row["date_of_birth"].strip()), country_code="AU", **facts)


def birth(written: str) -> date | None:
    """The date that eight digits name, if any."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def records(folder: Path, files: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    found = []
    for name, source in files.items():
        with (folder / name).open(newline="", encoding="utf-8") as lines:
            found += [(source, row) for row in csv.DictReader(lines, skipinitialspace=True)]
    return found


def pairs(groups: dict[str, list[str]]) -> set[tuple[str, str]]:
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


@pytest.mark.parametrize(("name", "count", "least"), [("febrl3", 5_000, 0.97), ("febrl4", 10_000, 0.999)])
def test_febrl_is_linked_without_labels(name: str, count: int, least: float) -> None:
    """Measured F1: febrl 3 0.9985, febrl 4 0.9996."""
    try:
        folder = datasets.febrl()
    except datasets.DataMissing as missing:
        pytest.skip(str(missing))
    rows = records(folder, LISTS[name])
    assert len(rows) == count
    people: dict[str, list[str]] = {}
    for source, row in rows:
        people.setdefault(row["rec_id"].split("-")[1], []).append(f"{source}:{row['rec_id']}")
    customers: dict[str, list[str]] = {}
    for account_id, customer_id in linked(told(row, source) for source, row in rows).id_of.items():
        customers.setdefault(customer_id, []).append(account_id)
    found, true = pairs(customers), pairs(people)
    assert found
    assert 2 * len(found & true) / (len(found) + len(true)) >= least
