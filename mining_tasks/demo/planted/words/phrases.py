"""The phrasebook: all phrases of all languages in one column, to be drawn by the thousand."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mining_tasks.demo.planted.words.grammar import LANGUAGES, SHAPES, slipped, spoken
from mining_tasks.demo.planted.world import World

NOTHING = 0  # the number of the empty phrase


@dataclass(frozen=True)
class Phrases:
    """`said` holds all phrases, then each once more with a mistake; a part's phrases of a cell stand together.

    A cell is a language, and an aspect or a sentiment where the part depends on it; `first` and `size` tell by part
    where the phrases of each cell begin and how many they are.
    """

    said: pa.Array
    first: dict[str, np.ndarray]
    size: dict[str, np.ndarray]

    def draw(self, rng: np.random.Generator, part: str, *cell: np.ndarray) -> np.ndarray:
        """The number of one phrase of a part for each element of the cell's indices."""
        size = self.size[part][cell]
        return np.asarray(self.first[part][cell] + (rng.random(len(size)) * size).astype(np.int64))

    def slip(self, phrase: np.ndarray, slips: np.ndarray) -> np.ndarray:
        """The numbers of the same phrases, with a mistake where `slips` says so."""
        return np.asarray(phrase + slips * (len(self.said) // 2))

    def text(self, *parts: np.ndarray | pa.Array) -> pa.Array:
        """Texts from the numbers of their phrases; a part may also be words of its own."""
        words = [part if isinstance(part, pa.Array) else self.said.take(pa.array(part)) for part in parts]
        return pc.binary_join_element_wise(*words, "")


@lru_cache(maxsize=4)
def phrases(world: World) -> Phrases:
    """The phrasebook; which mistakes it holds depends on the seed."""
    books = [spoken(language) for language in LANGUAGES]
    said, first, size = [""], {}, {}
    for part, shape in SHAPES.items():
        cells = [cell for book in books for cell in book[part]]
        counts = np.array([len(cell) for cell in cells])
        first[part] = (len(said) + counts.cumsum() - counts).reshape(len(LANGUAGES), *shape)
        size[part] = counts.reshape(len(LANGUAGES), *shape)
        said += chain.from_iterable(cells)
    return Phrases(pa.array(said + slipped(world.rng("words slips"), said)), first, size)


def some(rng: np.random.Generator, share: float, phrase: np.ndarray) -> np.ndarray:
    """A share of the phrases; NOTHING in place of the others."""
    return np.where(rng.random(len(phrase)) < share, phrase, NOTHING)


def in_small_letters(rng: np.random.Generator, share: float, text: pa.Array) -> pa.Array:
    """The same texts, a share of them without capitals."""
    return pc.if_else(pa.array(rng.random(len(text)) < share), pc.utf8_lower(text), text)
