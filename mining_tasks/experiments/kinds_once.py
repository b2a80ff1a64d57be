"""Kinds of customers, learned once from the same customers, however many steps of one process ask for them.

A trial learns as of the days of which training has learned; campaigns learn tonight's kinds where they are taught and
where they are weighed. Of 5,000 customers' first three nights that was a third of the 33 s of CPU that kinds took.
"""

import hashlib
import json
from collections import OrderedDict
from dataclasses import fields

import numpy as np

from mining_tasks.experiments.habits import learn
from mining_tasks.experiments.habits.maximise import NoFit
from mining_tasks.experiments.habits.mixture import Kinds
from mining_tasks.experiments.habits.told import Told

KEPT = 32  # a few kilobytes each: parameters, no customers

_known: OrderedDict[str, Kinds | str] = OrderedDict()


def fit(told: Told, before: Kinds | None = None) -> Kinds:
    """`learn.fit`, or what it gave for exactly these numbers; raises `NoFit` where it did."""
    key = _key(told, before)
    found = _known.pop(key, None) or _learned(told, before)
    _known[key] = found
    if len(_known) > KEPT:
        _known.popitem(last=False)
    if isinstance(found, str):
        raise NoFit(found)
    return found


def _learned(told: Told, before: Kinds | None) -> Kinds | str:
    try:
        return learn.fit(told, before)
    except NoFit as fault:
        return str(fault)


def _key(told: Told, before: Kinds | None) -> str:
    """All that the search looks at: every number in its place, and where it begins."""
    content = hashlib.sha256(json.dumps(before.card() if before else None, sort_keys=True).encode())
    for each in fields(told):
        value = getattr(told, each.name)
        is_array = isinstance(value, np.ndarray)
        content.update(f"{each.name} {(value.dtype, value.shape) if is_array else value!r}".encode())
        if is_array:
            content.update(np.ascontiguousarray(value).data)
    return content.hexdigest()
