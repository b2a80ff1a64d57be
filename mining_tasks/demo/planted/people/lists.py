"""The lists of names and places, as arrays that thousands of draws at once may index."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Texts = np.ndarray[Any, np.dtype[np.str_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Shares = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.intp]]

TONGUES = ("de", "en", "es", "fr", "ja", "ar")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Names:
    """Given names and surnames of one language, commonest first; `given` holds the female ones, then the male."""

    given: Texts
    females: int
    surnames: Texts
    stems: Texts
    ends: Texts
    surnames_each: int
    takes_partners_name_share: float
    nicknames: dict[str, list[str]]


@dataclass(frozen=True)
class Cities:
    """The cities of one country; postcodes as numbers from `low` to `high`, with what goes around them."""

    name: Texts
    region: Texts
    weight: Shares
    low: Numbers
    high: Numbers
    letters: Texts  # before the number: N of N1, in GB


@dataclass(frozen=True)
class Country:
    """How people of one country live and are reached; see places.toml."""

    code: str
    language: str
    tongue: str
    dial: str
    exit: str
    trunk: str
    mobile: Texts
    landline: Texts
    spell: tuple[str, ...]
    house: Texts
    extra: Texts
    streets: Texts
    cities: Cities


@cache
def names(tongue: str) -> Names:
    """The names of one of `TONGUES`."""
    told = tomllib.loads((HERE / f"names.{tongue}.toml").read_text(encoding="utf-8"))
    female, male = words(told["female"]), words(told["male"])
    return Names(
        np.concatenate((female, male)),
        len(female),
        words(told["surnames"]),
        words(told["stems"]),
        words(told["ends"]),
        told["surnames_each"],
        told["takes_partners_name_share"],
        {name: [*words(short)] for name, short in told["nicknames"].items()},
    )


@cache
def countries() -> dict[str, Country]:
    """Every country of places.toml by its ISO 3166 code."""
    told = tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
    return {code: _country(code, place) for code, place in told.items()}


def words(listed: str) -> Texts:
    """`Anna, María José` as an array; line breaks count as spaces."""
    return np.array([" ".join(word.split()) for word in listed.split(",")])


def zipf(count: int, exponent: float) -> Shares:
    """Cumulated shares of `count` things of which the n-th is drawn in proportion to n ** -exponent."""
    return cumulated(np.arange(1, count + 1) ** -exponent)


def cumulated(weights: Any) -> Shares:
    """Cumulated shares that end at 1, for `drawn`."""
    sums = np.cumsum(np.asarray(weights, np.float64))
    return np.asarray(sums / sums[-1])


def drawn(shares: Shares, luck: Shares) -> Positions:
    """Which thing each number from 0 up to 1 draws."""
    return np.minimum(np.searchsorted(shares, luck, side="right"), len(shares) - 1)


def _country(code: str, told: dict[str, Any]) -> Country:
    areas = told.get("areas", "").split()
    return Country(
        code,
        told["language"],
        told["names"],
        told["dial"],
        told["exit"],
        told["trunk"],
        _numbers(told["mobile"], areas),
        _numbers(told["landline"], areas),
        tuple(told["spell"]),
        np.array(told["house"]),
        np.array(told["extra"]),
        words(told["streets"]),
        _cities(told["cities"]),
    )


def _numbers(patterns: list[str], areas: list[str]) -> Texts:
    numbers = [pattern.replace("@", area) for pattern in patterns for area in (areas if "@" in pattern else [""])]
    return np.array(numbers)


def _cities(told: str) -> Cities:
    rows = [city.strip().split("|") for line in told.strip().splitlines() for city in line.split(";")]
    name, region, first, last, weight = zip(*rows, strict=True)
    return Cities(
        np.array(name),
        np.array(region),
        np.array(weight, np.float64),
        np.array([_digits(code) for code in first]),
        np.array([_digits(code) for code in last]),
        np.array(["".join(filter(str.isalpha, code)) for code in first]),
    )


def _digits(postcode: str) -> int:
    return int("".join(filter(str.isdigit, postcode)))
