"""Turns the templates of `desk_texts.toml` into letters and reviews."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mining_tasks.demo.draws import pick

STARS = (5,) * 45 + (4,) * 26 + (3,) * 12 + (2,) * 7 + (1,) * 10


@dataclass(frozen=True)
class About:
    """What a text speaks of: the product, its department, and the writer's name."""

    product: str
    department: str
    name: str


@dataclass(frozen=True)
class Letter:
    """A ticket's words."""

    topic: str
    subject: str
    body: str


def letter(stream: random.Random, about: About) -> Letter:
    """A seeded letter to the desk; the more a topic weighs, the more often it comes."""
    topics = [topic for topic in _templates()["topics"] for _ in range(topic["weight"])]
    topic, letters = pick(stream, topics), _templates()["letters"]
    subject = pick(stream, topic["subjects"])
    parts = [pick(stream, part) for part in (letters["openings"], topic["bodies"], letters["closings"])]
    return Letter(topic["code"], subject, "\n".join(_filled(part, about) for part in parts if part))


def review(stream: random.Random, about: About) -> tuple[int, str]:
    """Stars from 1 to 5, and a text that fits them."""
    stars = pick(stream, STARS)
    return stars, _filled(pick(stream, _templates()["reviews"][str(stars)]), about)


def _filled(template: str, about: About) -> str:
    return template.format(product=about.product, department=about.department, name=about.name)


@cache
def _templates() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("desk_texts.toml").read_text(encoding="utf-8"))
