"""How fingers, ears and scanners mistake a word: the kinds of error of febrl, for thousands of words at once."""

import unicodedata

import numpy as np

from mining_tasks.demo.planted.people.letters import Points, points, respelt, texts
from mining_tasks.demo.planted.people.lists import Flags, Numbers, Shares, Texts, cumulated, drawn

INSERT, DELETE, SWAP, REPLACE, OCR, SOUND = range(6)
KINDS = cumulated([0.17, 0.22, 0.17, 0.22, 0.09, 0.13])  # as febrl's generator has them, roughly
BESIDE = {  # keys beside a key
    **dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqwerttuipsasdfghjkxzxcvbb", strict=True)),
    **dict(zip("1234567890", "2123456789", strict=True)),
}
SCANNED = "m rn, rn m, l 1, O 0, S 5, B 8, cl d, h b, e c, u n, ü ii, ö o, g q, I l, w vv, i l, a o, t f"
HEARD = (
    "ph f, th t, ck k, ie y, ss s, ß s, tz z, ei ai, ai ay, mm m, nn n, tt t, ll l, rr r, dt t, ä e, c k, k c, z s, v f"
    ", f v, y i, s z, d t, b v, h , q k, x ks, j y, w v, o u, i e, a e"
)


def mistyped(words: Texts, luck: Shares) -> Texts:
    """Each word with one error, never as it was unless it is empty. `luck`: three rows of numbers from 0 to 1."""
    kind = drawn(KINDS, luck[0])
    before = words.astype(f"U{words.dtype.itemsize // 4 + 2}")
    by_ear = _respelt(before, luck[2], _pairs(HEARD), kind == SOUND)
    after = np.where(kind == OCR, _respelt(before, luck[2], _pairs(SCANNED), kind == OCR), by_ear)
    kind = np.where((kind >= OCR) & (after == before), REPLACE, kind)
    slipped = _fingered(before, np.minimum(kind, OCR), luck[1])
    after = np.where(kind < OCR, slipped, after)
    same = after == before
    doubled = _fingered(before, np.full(len(before), INSERT), luck[1])
    return np.where(same & (before != ""), doubled, after)


def _pairs(listed: str) -> list[tuple[str, str]]:
    pairs = (pair.strip(" ").partition(" ") for pair in listed.split(","))
    return [(said, heard) for said, _, heard in pairs]


def _respelt(words: Texts, luck: Shares, rules: list[tuple[str, str]], hit: Flags) -> Texts:
    """The first rule from a drawn one on, in a circle, that finds something in the word, applied once."""
    changed, open_rows = words.copy(), np.flatnonzero(hit)
    start = (luck * len(rules)).astype(np.int64)
    for turn in range(2):
        for number, (said, heard) in enumerate(rules):
            rows = open_rows[(start[open_rows] <= number) | (turn == 1)]
            found = rows[np.strings.find(words[rows], said) >= 0]
            changed[found] = respelt(words[found], said, heard, times=1)
            open_rows = np.setdiff1d(open_rows, found, assume_unique=True)
    return changed


def _fingered(words: Texts, kind: Numbers, luck: Shares) -> Texts:
    """One key too many, too few, too early or beside; the width has room for one more."""
    rows = points(words)
    length = np.strings.str_len(words).astype(np.int64)
    place = np.minimum((luck * length).astype(np.int64), np.maximum(length - 1, 0))
    swap = kind == SWAP
    place = np.where(swap, np.minimum(place, np.maximum(length - 2, 0)), place)[:, None]
    column = np.arange(rows.shape[1])[None, :]
    source = column + np.where((kind == DELETE)[:, None] & (column >= place), 1, 0)
    source -= np.where((kind == INSERT)[:, None] & (column > place), 1, 0)
    can_swap = (swap & (length > 1))[:, None]
    source += np.where(can_swap & (column == place), 1, 0) - np.where(can_swap & (column == place + 1), 1, 0)
    moved = np.take_along_axis(rows, np.minimum(source, rows.shape[1] - 1), axis=1)
    put = np.where((kind == INSERT)[:, None], place + 1, place)
    pressed = _beside(np.take_along_axis(rows, place, axis=1))
    is_put = ((kind == INSERT) | (kind == REPLACE))[:, None] & (column == put) & (length > 0)[:, None]
    return texts(np.where(is_put, pressed, moved).astype(np.uint32))


def _beside(keys: Points) -> Points:
    """The key beside each key, in the same case; `e` for what no simple key writes."""
    return np.where(keys < len(KEYS), KEYS[np.minimum(keys, len(KEYS) - 1)], ord("e"))


def _keys() -> Points:
    table = np.full(128, ord("e"), np.uint32)
    for key, beside in BESIDE.items():
        table[ord(key)], table[ord(key.upper())] = ord(beside), ord(beside.upper())
    return table


KEYS = _keys()


def plain_letters(words: Texts) -> Texts:
    """Without the letters a foreign keyboard lacks: ß → ss, ä → ae, á → a."""
    told = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ı": "i", "ł": "l", "ø": "o"}
    for point in _foreign(words):
        letter = chr(point)
        words = respelt(words, letter, told.get(letter, unicodedata.normalize("NFD", letter)[0]))
    return words


def decomposed(words: Texts) -> Texts:
    """In Unicode's form NFD: ü as u and a diaeresis."""
    for point in _foreign(words):
        words = respelt(words, chr(point), unicodedata.normalize("NFD", chr(point)))
    return words


def full_width(words: Texts) -> Texts:
    """Latin letters as an East Asian keyboard writes them."""
    rows = points(words)
    return texts(np.where((rows > ord(" ")) & (rows < 127), rows + 0xFEE0, rows).astype(np.uint32))


def _foreign(words: Texts) -> list[int]:
    found = np.unique(points(words)) if len(words) else np.zeros(0, np.uint32)
    return [int(point) for point in found if 127 < point < 0x250]
