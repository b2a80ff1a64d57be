"""The offers that can be made: what `campaigns.toml` states, and else what the CRM's own campaigns show."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median_high
from typing import Any

import pyarrow as pa

WINDOW_DAYS = (14, 60)  # a response counts as long as a campaign of the kind ran, within these bounds
ACTIVE_DAYS = 365  # an offer that was not made for so long is taken to be over, unless campaigns.toml says otherwise
SETTINGS = frozenset(
    (
        "type_code",
        "channel_code",
        "title",
        "contact_cost_amount",
        "currency",
        "budget_amount",
        "capacity",
        "window_days",
    )
) | {"is_active"}


class WrongCampaigns(ValueError):
    """campaigns.toml says something that cannot be; all faults are told at once."""


@dataclass(frozen=True)
class Offer:
    """A repeatable campaign. campaigns: ids in the CRM of those of its kind that began, oldest first.

    Costs and budgets are in `currency`; None means not known (cost) or no limit (budget, capacity).
    """

    code: str
    type_code: str
    channel_code: str
    title: str
    campaigns: tuple[str, ...] = ()
    window_days: int = WINDOW_DAYS[0]
    contact_cost_amount: Decimal | None = None
    currency: str | None = None
    budget_amount: Decimal | None = None
    capacity: int | None = None
    is_active: bool = True


def code_of(type_code: str | None, channel_code: str | None) -> str:
    """`Type A` by post → `type_a_post`: campaigns of one kind and channel are one offer, made again and again."""
    words = re.findall(r"[a-z0-9]+", f"{type_code or 'campaign'} {channel_code or ''}".lower())
    return "_".join(words)[:80]


def offers(campaigns: pa.Table, told: Mapping[str, Any], night: date) -> tuple[Offer, ...]:
    """All offers by code, active or not.

    campaigns: rows of core_crm__campaigns. told: `campaigns.toml`. An offer of the CRM takes over whatever
    `[offers.<code>]` states; one that stands there alone is an offer nobody has made yet. Raises `WrongCampaigns`.
    """
    stated = told.get("offers", {})
    faults = _faults(stated)
    if faults:
        raise WrongCampaigns(f"campaigns.toml: {'; '.join(faults)}")
    groups: dict[str, list[dict[str, Any]]] = {}
    begun = [row for row in campaigns.to_pylist() if row["started_date"] and row["started_date"] <= night]
    for row in sorted(begun, key=lambda row: (row["started_date"], row["campaign_id_crm"])):
        groups.setdefault(_stated_code(row, stated), []).append(row)
    seen = {code: _of_crm(code, rows, night) for code, rows in groups.items()}
    for code, settings in stated.items():
        seen[code] = _with(seen.get(code) or _new(code, settings), settings)
    return tuple(seen[code] for code in sorted(seen))


def active(catalogue: Sequence[Offer]) -> tuple[Offer, ...]:
    """Those that may be made tonight."""
    return tuple(offer for offer in catalogue if offer.is_active)


def _stated_code(row: Mapping[str, Any], stated: Mapping[str, Any]) -> str:
    """The code of a campaign of the CRM: of the stated offer with its kind and channel, else made of the two."""
    here = (row["type_code"], row["channel_code"])
    for code, settings in stated.items():
        if "type_code" in settings and (settings["type_code"], settings.get("channel_code")) == here:
            return code
    return code_of(*here)


def _of_crm(code: str, rows: Sequence[Mapping[str, Any]], night: date) -> Offer:
    last = rows[-1]
    known = [row for row in rows if row.get("contact_cost_amount") is not None]
    cost = known[-1] if known else {}
    return Offer(
        code,
        last["type_code"] or "",
        last["channel_code"] or "",
        f"{last['type_code'] or 'Campaign'} by {last['channel_code'] or 'an unknown channel'}",
        tuple(row["campaign_id_crm"] for row in rows),
        _window(rows),
        cost.get("contact_cost_amount"),
        cost.get("currency"),
        is_active=last["started_date"] > night - timedelta(days=ACTIVE_DAYS),
    )


def _window(rows: Sequence[Mapping[str, Any]]) -> int:
    """As long as half of these campaigns ran, first and last day counted: one that never ends decides nothing."""
    lengths = [int((row["ended_date"] - row["started_date"]).days) + 1 for row in rows if row["ended_date"]]
    shortest, longest = WINDOW_DAYS
    return min(max(shortest, median_high(lengths)), longest) if lengths else shortest


def _new(code: str, settings: Mapping[str, Any]) -> Offer:
    return Offer(code, settings.get("type_code", ""), settings.get("channel_code", ""), settings.get("title", code))


def _with(offer: Offer, settings: Mapping[str, Any]) -> Offer:
    amounts = {
        name: Decimal(str(settings[name])) for name in ("contact_cost_amount", "budget_amount") if name in settings
    }
    return replace(offer, **{**settings, **amounts})


def _faults(stated: Mapping[str, Any]) -> list[str]:
    found = []
    for code, settings in stated.items():
        unknown = sorted(set(settings) - SETTINGS)
        found += [f"offers.{code}: unknown settings {', '.join(unknown)}"] if unknown else []
        found += [] if re.fullmatch("[a-z0-9_]{1,80}", code) else [f"offers.{code}: a code is made of a-z, 0-9 and _"]
        below = [name for name in ("contact_cost_amount", "budget_amount", "capacity") if settings.get(name, 0) < 0]
        found += [f"offers.{code}: {name} is negative" for name in below]
        is_short = settings.get("window_days", 1) < 1
        found += [f"offers.{code}: window_days must be at least 1"] if is_short else []
        money = {"contact_cost_amount", "budget_amount"} & set(settings)
        found += [f"offers.{code}: amounts need a currency"] if money and "currency" not in settings else []
    return found
