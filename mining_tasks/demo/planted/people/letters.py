"""Texts as rows of code points, so that thousands are changed at once: filled, folded, squeezed."""

import unicodedata
from typing import Any

import numpy as np

from mining_tasks.demo.planted.people.lists import Flags, Numbers, Positions, Texts

Points = np.ndarray[Any, np.dtype[np.uint32]]

HASH = ord("#")


def points(texts: Texts) -> Points:
    """One row per text, one column per character, 0 behind the end. A copy."""
    width = max(texts.dtype.itemsize // 4, 1)
    return np.ascontiguousarray(texts).astype(f"U{width}").view(np.uint32).reshape(len(texts), width).copy()


def texts(of: Points) -> Texts:
    """The opposite of `points`."""
    rows, width = of.shape
    return np.ascontiguousarray(of, np.uint32).view(f"U{width}").reshape(rows) if width else np.full(rows, "")


def squeezed(of: Points, keep: Flags) -> Points:
    """The rows without the characters that are not kept."""
    order = np.argsort(~keep, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(np.where(keep, of, 0), order, axis=1))


def filled(patterns: Texts, numbers: Numbers) -> Texts:
    """Each `#` becomes a digit of the number, the last one its units."""
    rows = points(patterns)
    is_digit = rows == HASH
    power = np.where(is_digit, np.cumsum(is_digit[:, ::-1], axis=1)[:, ::-1] - 1, 0)
    digits = numbers[:, None] // 10**power % 10
    return texts(np.where(is_digit, digits + ord("0"), rows).astype(np.uint32))


def places(patterns: Texts) -> Numbers:
    """How many numbers each pattern has room for."""
    return np.asarray(10 ** np.strings.count(patterns, "#").astype(np.int64))


def mailbox_letters(names: Texts) -> Texts:
    """The names in letters a to z and nothing else: Müller-Weiß → mullerweis."""
    rows = points(names)
    rows = np.where(rows < len(PLAIN), PLAIN[np.minimum(rows, len(PLAIN) - 1)], 0)
    rows = squeezed(rows, rows > 0)
    return texts(rows[:, : int((rows > 0).sum(axis=1).max(initial=1))])


def _plain() -> Points:
    table = np.zeros(0x250, np.uint32)
    for point in range(len(table)):
        letter = unicodedata.normalize("NFD", chr(point))[0].lower()
        table[point] = ord(letter) if "a" <= letter <= "z" else 0
    for letter, plain in {"ß": "s", "ı": "i", "ø": "o", "ł": "l", "Ø": "o", "Ł": "l"}.items():
        table[ord(letter)] = ord(plain)
    return table


PLAIN = _plain()


def replaced(of: Texts, hit: Flags | Positions, by: Texts) -> Texts:
    """The texts with those that are hit replaced, in a width that holds both."""
    width = max(of.dtype.itemsize, by.dtype.itemsize) // 4
    changed = of.astype(f"U{width}")
    changed[hit] = by
    return changed


def joined(*parts: Texts | str) -> Texts:
    """The parts of each row, one behind the other."""
    whole: Texts = np.asarray(parts[0], np.str_)
    for part in parts[1:]:
        whole = np.strings.add(whole, np.asarray(part, np.str_))
    return whole


def respelt(of: Texts, said: str, instead: str, times: int = -1) -> Texts:
    """With some letters for others, everywhere or only so many times; NumPy's own fails where there is no text."""
    return np.strings.replace(of, said, instead, count=times) if len(of) else of
