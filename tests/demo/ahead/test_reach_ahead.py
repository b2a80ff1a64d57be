"""Campaigns to come, told by how likely they contact whom: they contact as many, and add and prevent as much."""

import numpy as np
import pytest

from mining_tasks.demo import ahead
from mining_tasks.demo.figure import CannotSay
from tests.demo.ahead.told import NIGHT, WORLD, table

pytestmark = pytest.mark.xdist_group("ahead")
DAY = WORLD.days - 1

# Per campaign to come: what is told of it, and what its contacts then did, of persons who had ordered by the night.
TOLD_AND_CAME = """
    WITH told AS (
        SELECT
            campaign_id, count(*) AS people, sum(treated_share) AS treated,
            sum(treated_share * active_probability * exp(-rate * leaves * (later.ended - now.ended)) * effect_share)
                AS effect
        FROM true_reach
        JOIN true_state AS state USING (person_id)
        JOIN truth_campaigns USING (campaign_id)
        CROSS JOIN moment
        JOIN true_clock AS now ON now.type_code = state.type_code AND now.day = moment.day
        JOIN true_clock AS later ON later.type_code = state.type_code AND later.day = started_day
        GROUP BY campaign_id
    ),
    came AS (
        SELECT
            campaign_id, count(*) AS treated, sum(felt_share) AS effect, sum(felt_share * felt_share) AS squared,
            count(DISTINCT orders.order_id) AS orders, sum(felt_share * (1 - felt_share)) AS variance
        FROM truth_contacts JOIN true_state USING (person_id)
        LEFT JOIN truth_orders AS orders USING (campaign_id, person_id)
        WHERE group_code = 'treated' GROUP BY campaign_id
    )
    SELECT
        told.campaign_id, people, told.treated AS told_treated, came.treated, told.effect AS told_effect, came.effect,
        squared, orders, variance
    FROM told LEFT JOIN came USING (campaign_id) ORDER BY told.campaign_id
"""


def test_campaigns_to_come_contact_as_many_as_told_and_add_as_much(seen):
    ahead.show(seen)
    found = table(seen, TOLD_AND_CAME)
    assert found["campaign_id"].tolist() == list(range(12, 23))
    assert found["told_treated"].sum() > 4_000
    error = np.sqrt(found["told_treated"] * (1 - found["told_treated"] / found["people"]))
    assert (abs(found["treated"] - found["told_treated"]) < 4 * error + 3).all()
    assert (abs(found["effect"] - found["told_effect"]) < 4 * np.sqrt(found["squared"]) + 0.5).all()
    assert found["orders"].sum() > 200
    assert abs(found["orders"].sum() - found["told_effect"].sum()) < 4 * np.sqrt(found["variance"].sum())


def test_who_withdrew_her_consent_is_not_reached(seen):
    ahead.show(seen)
    rows = table(
        seen,
        """
        SELECT count(*) AS n, count_if(reach.person_id IS NOT NULL) AS reached
        FROM (
            SELECT person_id
            FROM truth_consents JOIN truth_accounts ON account_id = contact_id AND source_code = 'crm' AND version = 0
            WHERE channel_code = 'email'
            GROUP BY person_id
            HAVING count(DISTINCT contact_id) = 1 AND NOT max_by(is_granted, recorded_at)
        )
        JOIN true_state USING (person_id)
        LEFT JOIN (
            SELECT DISTINCT person_id FROM true_reach JOIN truth_campaigns USING (campaign_id)
            WHERE channel_code = 'email'
        ) AS reach USING (person_id)
        """,
    )
    assert rows["n"][0] > 100
    assert rows["reached"][0] == 0


def test_the_window_of_a_contact_falls_into_the_days_ahead_by_and_by(seen):
    ahead.show(seen)
    rows = table(
        seen,
        """
        SELECT days, window_share, passed, started_day, ended_day
        FROM true_windows JOIN truth_campaigns USING (campaign_id)
        WHERE campaign_id = 12 AND true_windows.type_code = 'gifter' ORDER BY days
        """,
    )
    assert len(rows) == 365
    start, end = (int(rows[name][0]) - DAY for name in ("started_day", "ended_day"))
    assert (rows["window_share"][:start] == 0).all(), "a contact acts from the day after it"
    assert rows["window_share"].is_monotonic_increasing
    assert (rows["window_share"][end + 13 :] == 1).all()
    expected = np.mean([min(max(20 - day, 0), 14) for day in range(start, end + 1)]) / 14
    assert rows["window_share"][19] == pytest.approx(expected)
    november = table(seen, f"SELECT speed FROM true_clock WHERE type_code = 'gifter' AND day = {DAY + 15}")["speed"][0]  # noqa: S608
    assert rows["passed"][364] == pytest.approx(14 * november), "all of it lies in November"


def test_a_night_over_which_contacts_still_act_cannot_be_said(seen):
    first = table(seen, "SELECT min(contacted_day) AS day FROM truth_contacts WHERE campaign_id = 11")["day"][0]
    seen.connection.register("moment", table(seen, f"SELECT * REPLACE ({first + 3} AS day) FROM moment"))  # noqa: S608
    with pytest.raises(CannotSay, match="still act"):
        ahead.show(seen)
    assert seen.night == NIGHT
