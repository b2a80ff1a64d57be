"""What may be set about linking, in `[identities]` of sources.toml; everything has a default."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from expectations.fields import SOURCES

VALUE_LIMIT = 6  # a couple with an account in each of three silos; a value of more accounts is a firm's or a default
COMPONENT_LIMIT = 50  # accounts that evidence chains together; more are no one person, and pairs grow by the square
PRECISION = 0.9975  # of the pairs that are joined by likeness, as far as their own probabilities tell
DOTLESS_PROVIDERS = ("gmail.com", "googlemail.com")


class BadRules(ValueError):
    """`[identities]` of sources.toml says something that cannot be; the message tells all faults at once."""


@dataclass(frozen=True)
class Rules:
    """How accounts are linked.

    `email_limit`, `phone_limit`, `reference_limit` (loyalty numbers, devices): accounts that may share a value before
    it joins nobody.
    `precision`: the share of pairs joined by likeness that is to be right, by estimate; likelihood decides the rest.
    `country`: ISO 3166 code for phones written without one, where the account names no country; by default the
    country that most accounts name.
    `dotless_providers`: domains whose mailboxes ignore dots, and what follows a plus.
    `trusted_silos`: silos whose every e-mail counts as verified, for those that do not say.
    """

    email_limit: int = VALUE_LIMIT
    phone_limit: int = VALUE_LIMIT
    reference_limit: int = VALUE_LIMIT
    precision: float = PRECISION
    country: str | None = None
    trusted_silos: tuple[str, ...] = ()
    dotless_providers: tuple[str, ...] = DOTLESS_PROVIDERS


def rules_of(settings: Mapping[str, Any]) -> Rules:
    """The rules that a `[identities]` table states; raises `BadRules`."""
    known = [field.name for field in fields(Rules)]
    faults = [f"{name!r} is none of {', '.join(known)}" for name in settings if name not in known]
    for name in ("email_limit", "phone_limit", "reference_limit"):
        if not _is_limit(settings.get(name, VALUE_LIMIT)):
            faults.append(f"{name} must be a whole number from 2 to {COMPONENT_LIMIT}")
    if not _is_country(settings.get("country")):
        faults.append("country must be two capital letters, as in ISO 3166")
    if not set(settings.get("trusted_silos", [])) <= set(SOURCES):
        faults.append(f"trusted_silos must be among {', '.join(SOURCES)}")
    if faults:
        raise BadRules("sources.toml [identities]: " + "; ".join(faults))
    told: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in settings.items()}
    return Rules(**told)


def _is_limit(value: Any) -> bool:
    return type(value) is int and 2 <= value <= COMPONENT_LIMIT


def _is_country(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) == 2 and value.isalpha() and value.isupper())
