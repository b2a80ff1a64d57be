"""The campaigns of the past and of the year to come, and what one contact of each truly does to each type of person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

    def treated_share(self, type_code: str) -> float:
        """Of the same, how many are contacted and not held out."""
        return self.chosen_share(type_code) * (1.0 - float(self.told["control_share"]))

    def effect(self, type_code: str) -> float:
        """The probability that an unwearied customer of the type orders once more."""
        return float(self.kind["effect"].get(type_code, 0.0))

    def harm(self, type_code: str) -> float:
        """The share of own orders in the window that do not happen."""
        return float(self.kind["harm"].get(type_code, 0.0))


def held(world: World) -> list[Campaign]:
    """All campaigns, the oldest first: those that began on day 0 or later, and each of them again a year later.

    The shop goes on as it did, and the silos tell of a campaign once it has begun. Ids do not depend on the number of
    days.
    """
    settings = world.settings["campaigns"]
    kinds = {kind["code"]: kind for kind in settings["kinds"]}
    past = [
        Campaign(number, world.days - 1 - one["starts_days_before_last"], one, kinds[one["kind"]])
        for number, one in enumerate(settings["past"], start=1)
    ]
    seen = [one for one in past if one.started_day >= 0]
    later = settings["again_after_days"]
    again = [replace(one, campaign_id=one.campaign_id + len(past), started_day=one.started_day + later) for one in seen]
    return sorted(seen + again, key=lambda one: one.started_day)


def campaigns(world: World) -> pa.Table:
    """One row per campaign, by `campaign_id`; cost is per contact, in minor units of EUR."""
    rows = sorted(held(world), key=lambda one: one.campaign_id)
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
    """Truth, one row per campaign and type of person: what one contact does before fatigue, to who is a customer."""
    codes = [kind["code"] for kind in world.settings["buying"]["types"]]
    rows = [(one, code) for one in sorted(held(world), key=lambda one: one.campaign_id) for code in codes]
    return pa.table(
        {
            "campaign_id": pa.array([one.campaign_id for one, _ in rows], pa.int64()),
            "type_code": pa.array([code for _, code in rows], pa.string()),
            "effect_share": pa.array([one.effect(code) for one, code in rows], pa.float64()),
            "harm_share": pa.array([one.harm(code) for one, code in rows], pa.float64()),
            "chosen_share": pa.array([one.chosen_share(code) for one, code in rows], pa.float64()),
            "treated_share": pa.array([one.treated_share(code) for one, code in rows], pa.float64()),
        }
    )
