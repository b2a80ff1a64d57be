-- One row per person who has ordered and campaign to come that she would let contact her: how likely it does
-- (`treated_share`), the probability that the contact adds an order, wearied as she then will be, and the share of her
-- own orders that it prevents (`planted/campaigns`), both if she has not left by then. She is expected to stay with her
-- newest word on the channel. Who is chosen, and who of them is held out, is drawn anew each time: n earlier contacts
-- that weary her, each with a probability p_i, leave the product of 1 - p_i (1 - factor) of the effect.
WITH newest AS (
    SELECT contact_id, channel_code, max_by(is_granted, (recorded_at, updated_at)) AS is_granted
    FROM truth_consents CROSS JOIN moment
    WHERE recorded_at < ends_at
    GROUP BY contact_id, channel_code
),
said AS (
    SELECT accounts.person_id, newest.channel_code
    FROM newest
    JOIN truth_accounts AS accounts
        ON accounts.source_code = 'crm' AND accounts.version = 0 AND accounts.account_id = newest.contact_id
    GROUP BY accounts.person_id, newest.channel_code
    HAVING bool_or(newest.is_granted)
),
coming AS (
    SELECT campaign_id, channel_code, started_day, ended_day
    FROM truth_campaigns CROSS JOIN moment
    WHERE started_day > moment.day
),
days AS (SELECT campaign_id, started_day, unnest(range(started_day, ended_day + 1)) AS day FROM coming),
reached AS (
    SELECT state.person_id, state.type_code, campaign_id, treated_share, effect_share, harm_share
    FROM true_state AS state
    JOIN said USING (person_id)
    JOIN coming USING (channel_code)
    JOIN truth_campaign_effects AS effects USING (campaign_id, type_code)
    WHERE treated_share > 0
),
-- of all pairs of a day of a campaign and one of an earlier one, those near enough to weary
near AS (
    SELECT
        later.campaign_id, earlier.campaign_id AS earlier_id,
        avg(CAST(later.day - earlier.day BETWEEN 0 AND $fatigue_days AS INTEGER)) AS share
    FROM days AS later JOIN days AS earlier ON earlier.started_day < later.started_day
    GROUP BY later.campaign_id, earlier.campaign_id
),
wearying AS (
    SELECT later.person_id, later.campaign_id, earlier.treated_share * near.share AS share
    FROM reached AS later
    JOIN near ON near.campaign_id = later.campaign_id AND near.share > 0
    JOIN reached AS earlier ON earlier.person_id = later.person_id AND earlier.campaign_id = near.earlier_id
    UNION ALL
    SELECT contacts.person_id, days.campaign_id, avg(CAST(days.day - contacted_day <= $fatigue_days AS INTEGER))
    FROM truth_contacts AS contacts
    CROSS JOIN moment
    JOIN days ON TRUE
    WHERE group_code = 'treated' AND contacted_day BETWEEN moment.day - $fatigue_days AND moment.day
    GROUP BY contacts.person_id, contacts.campaign_id, days.campaign_id
),
fatigue AS (
    SELECT person_id, campaign_id, product(1 - share * (1 - $fatigue_factor)) AS left_share
    FROM wearying
    GROUP BY person_id, campaign_id
)

SELECT
    reached.person_id, reached.type_code, reached.campaign_id, treated_share,
    effect_share * coalesce(left_share, 1) AS effect_share, harm_share
FROM reached LEFT JOIN fatigue USING (person_id, campaign_id)
ORDER BY reached.person_id, reached.campaign_id
