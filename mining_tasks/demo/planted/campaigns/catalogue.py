"""The campaigns of the past, and what one contact of each truly does to each type of person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from mining_tasks.demo.planted.world import World


@dataclass(frozen=True)
class Campaign:
    """A campaign of the settings that lies within the shop's days."""

    campaign_id: int
    started_day: int
    told: Mapping[str, Any]  # its entry in [[campaigns.past]]
    kind: Mapping[str, Any]  # its entry in [[campaigns.kinds]]

    @property
    def ended_day(self) -> int:
        """The last day on which it contacts people."""
        return self.started_day + int(self.told["days"]) - 1

    def chosen_share(self, type_code: str) -> float:
        """Of the persons of a type with consent, how many are chosen."""
        shares = self.told["contacted"]
        return float(shares.get(type_code, shares.get("other", 0.0)))

    def effect(self, type_code: str) -> float:
        """The probability that an unwearied customer of the type orders once more."""
        return float(self.kind["effect"].get(type_code, 0.0))

    def harm(self, type_code: str) -> float:
        """The share of own orders in the window that do not happen."""
        return float(self.kind["harm"].get(type_code, 0.0))


def past(world: World) -> list[Campaign]:
    """The campaigns that began on day 0 or later, the oldest first; ids do not depend on the number of days."""
    settings = world.settings["campaigns"]
    kinds = {kind["code"]: kind for kind in settings["kinds"]}
    told = enumerate(settings["past"], start=1)
    all_of_them = [
        Campaign(number, world.days - 1 - one["starts_days_before_last"], one, kinds[one["kind"]])
        for number, one in told
    ]
    return sorted((one for one in all_of_them if one.started_day >= 0), key=lambda one: one.started_day)


def campaigns(world: World) -> pa.Table:
    """One row per campaign, by `campaign_id`; cost is per contact, in minor units of EUR."""
    rows = sorted(past(world), key=lambda one: one.campaign_id)
    return pa.table(
        {
            "campaign_id": pa.array([one.campaign_id for one in rows], pa.int64()),
            "title": pa.array([one.told["title"] for one in rows], pa.string()),
            "type_code": pa.array([one.told["kind"] for one in rows], pa.string()),
            "channel_code": pa.array([one.told["channel"] for one in rows], pa.string()),
            "started_day": pa.array([one.started_day for one in rows], pa.int32()),
            "ended_day": pa.array([one.ended_day for one in rows], pa.int32()),
            "cost_minor": pa.array([one.told["cost_minor"] for one in rows], pa.int64()),
            "has_control": pa.array([one.told["control_share"] > 0 for one in rows], pa.bool_()),
        }
    )


def planted_effects(world: World) -> pa.Table:
    """Truth, one row per campaign and type of person: what one contact does before fatigue."""
    codes = [kind["code"] for kind in world.settings["buying"]["types"]]
    rows = [(one, code) for one in sorted(past(world), key=lambda one: one.campaign_id) for code in codes]
    return pa.table(
        {
            "campaign_id": pa.array([one.campaign_id for one, _ in rows], pa.int64()),
            "type_code": pa.array([code for _, code in rows], pa.string()),
            "effect_share": pa.array([one.effect(code) for one, code in rows], pa.float64()),
            "harm_share": pa.array([one.harm(code) for one, code in rows], pa.float64()),
            "chosen_share": pa.array([one.chosen_share(code) for one, code in rows], pa.float64()),
        }
    )
