"""What the grammars of the three languages can say: every template with every filling, and how fingers slip on it."""

import itertools
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter

import numpy as np

LANGUAGES = ("en", "de", "es")
ASPECTS = ("delivery", "price", "quality", "service", "site", "returns")
SENTIMENTS = {"neg": "negative", "neu": "neutral", "pos": "positive"}  # code in tables: section of the grammars
INCIDENT = len(ASPECTS)  # has clauses of its own, beside those of the aspects, all of them negative
SHAPES = {  # what a phrase depends on beside the language
    "greeting": (),
    "aside": (),
    "closing": (),
    "opening": (),
    "ending": (),
    "verdict": (len(SENTIMENTS),),
    "judgement": (len(SENTIMENTS),),
    "subject": (len(ASPECTS),),
    "clause": (len(ASPECTS) + 1, len(SENTIMENTS)),
    "remark": (len(ASPECTS), len(SENTIMENTS)),
}
SLIPS = 4


def spoken(language: str) -> dict[str, list[list[str]]]:
    """Phrases by part, one list for each cell of its shape, with what ties them to their neighbours."""
    grammar = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    slots, letter, review = grammar["slots"], grammar["letter"], grammar["review"]
    incident = dict.fromkeys(SENTIMENTS.values(), grammar["incident"]["negative"])
    clauses = [*(grammar[aspect] for aspect in ASPECTS), incident]
    remarks = [{**grammar[aspect], "neutral": grammar["middling"][aspect]} for aspect in ASPECTS]
    judgements = {**grammar["verdicts"], "neutral": review["shrugs"]}
    moods = SENTIMENTS.values()
    return {
        "greeting": [_filled(slots, letter["greetings"], after="\n")],
        "aside": [_filled(slots, letter["asides"], after=" ")],
        "closing": [_filled(slots, letter["closings"], before="\n")],
        "opening": [_filled(slots, review["openings"], after=" ")],
        "ending": [_filled(slots, review["endings"], before=" ")],
        "verdict": [_filled(slots, grammar["verdicts"][mood], before=" ") for mood in moods],
        "judgement": [_filled(slots, judgements[mood], before=" ") for mood in moods],
        "subject": [_filled(slots, grammar["subjects"][aspect]) for aspect in ASPECTS],
        "clause": [_filled(slots, clause[mood]) for clause in clauses for mood in moods],
        "remark": [_filled(slots, remark[mood]) for remark in remarks for mood in moods],
    }


def slipped(rng: np.random.Generator, phrases: list[str]) -> list[str]:
    """Each phrase with one mistake: two letters in each other's place, one lost, one doubled, or no accents."""
    where, kind = rng.random(len(phrases)), rng.integers(0, SLIPS, len(phrases))
    return [_slip(phrase, *how) for phrase, *how in zip(phrases, where.tolist(), kind.tolist(), strict=True)]


def _filled(slots: Mapping[str, list[str]], templates: Iterable[str], before: str = "", after: str = "") -> list[str]:
    """Every template with every filling of its slots, once, with a capital where a sentence begins."""
    found: dict[str, None] = {}
    for template in templates:
        names = list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))
        for words in itertools.product(*(slots[name] for name in names)):
            said = template.format(**dict(zip(names, words, strict=True)))
            found[f"{before}{said[0].upper()}{said[1:]}{after}"] = None
    return list(found)


def _slip(phrase: str, where: float, kind: int) -> str:
    """One mistake inside a word, at a share `where` of the phrase; the same phrase where there is none to make."""
    if kind == SLIPS - 1:
        return phrase.translate(ACCENTS)
    inner = [i for i in range(1, len(phrase) - 1) if phrase[i - 1 : i + 2].isalpha()]
    if not inner:
        return phrase
    at = inner[int(where * len(inner))]
    return phrase[:at] + (phrase[at + 1] + phrase[at], "", phrase[at] * 2)[kind] + phrase[at + (2, 1, 1)[kind] :]


ACCENTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
    | dict(zip("áéíóúñÁÉÍÓÚ¿¡", ["a", "e", "i", "o", "u", "n", "A", "E", "I", "O", "U", "", ""], strict=True))
)
