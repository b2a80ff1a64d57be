"""What each person is like as a buyer: her type's habits, and her own numbers drawn from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mining_tasks.demo.planted.world import Block, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Habits:
    """One number per person of the block, in the order of the persons."""

    type_number: Ints  # row of `types`
    rate: Floats  # orders per day of the type's clock
    leaves: Floats  # the chance that an order is her last
    value: Floats  # mean of her orders' value factors
    buys: Bools  # False: an account and nothing else


def types(world: World) -> list[Mapping[str, Any]]:
    """The latent types as the settings tell them."""
    found: list[Mapping[str, Any]] = world.settings["buying"]["types"]
    return found


def by_type(world: World, name: str) -> Floats:
    """One setting of all types, in the order of `types`."""
    return np.array([kind[name] for kind in types(world)], np.float64)


def type_numbers(world: World, persons: pa.Table) -> Ints:
    """Each person's row in `types`; ValueError where a person has a type that the settings do not know."""
    codes = pa.array([kind["code"] for kind in types(world)])
    found = pc.index_in(persons["type_code"], codes)
    if found.null_count:
        raise ValueError("persons have a type_code that [[buying.types]] does not tell")
    return np.asarray(found.to_numpy(), np.int64)


def habits(world: World, block: Block, persons: pa.Table) -> Habits:
    """Draws every person's habits: the same for the same block, whoever asks and when."""
    rng = world.rng("buying.habits", block.number)
    kind = type_numbers(world, persons)

    def drawn(shape: str, mean: str) -> Floats:
        shapes = by_type(world, shape)[kind]
        return rng.gamma(shapes, by_type(world, mean)[kind] / shapes)

    return Habits(
        type_number=kind,
        rate=drawn("rate_shape", "rate_mean"),
        leaves=rng.beta(by_type(world, "leaves_a")[kind], by_type(world, "leaves_b")[kind]),
        value=drawn("value_shape", "value_mean"),
        buys=rng.random(len(kind)) >= world.settings["buying"]["never_buys_share"],
    )
