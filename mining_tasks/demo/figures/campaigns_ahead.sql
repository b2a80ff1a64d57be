-- One row per customer of the night and offer: what the contact that `pub_campaigns__best` speaks of, the day after the
-- night, would truly gain, and whether it may be made. By customer, then offer.
--
-- gain_eur = probability of one order more, if she has not left for good × P(active) × margin of an order
--            × probability that none of her own orders of the window would be her last: after one that the contact added
--              she leaves as after any other, so of the orders of the window e^(-λ p t) of it is gained
--          − share of own orders prevented × own orders to be expected in the window × margin of an order − cost,
-- all of the person behind the customer: a contact acts on a person, who orders wherever she likes. Margin is that of
-- the shop's books in the days of the window. Whoever never ordered is not moved. `has_known_orders`: whether the night
-- knows of an order of hers; of a contact in the CRM whose account in the shop nobody joins it does not.
WITH offers AS (
    SELECT
        lower(type_code || '_' || channel_code) AS campaign_code, channel_code,
        max_by(campaign_id, started_day) AS campaign_id,
        max_by(cost_minor, started_day) / 100 AS cost_eur,
        bool_or(has_control) AS has_control
    FROM truth_campaigns CROSS JOIN moment
    WHERE started_day <= day
    GROUP BY ALL
),
shares AS (
    SELECT links.customer_id, accounts.person_id, count(*) AS n
    FROM core_identities__links AS links
    JOIN (FROM true_accounts UNION ALL FROM true_guests) AS accounts USING (source_code, account_id_source)
    GROUP BY ALL
),
faces AS (
    SELECT customer_id, person_id
    FROM shares
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY n DESC, person_id) = 1
),
-- the newest word of each contact on each channel; one no of a customer's contacts is a no
said AS (
    SELECT contact_id, channel_code, max_by(is_granted, (recorded_at, updated_at)) AS is_granted
    FROM truth_consents CROSS JOIN moment
    WHERE updated_at < ends_at
    GROUP BY contact_id, channel_code
),
consents AS (
    SELECT links.customer_id, said.channel_code, bool_and(said.is_granted) AS is_granted
    FROM said
    JOIN core_identities__links AS links ON links.account_id = 'crm:' || said.contact_id
    GROUP BY links.customer_id, said.channel_code
),
reached AS (
    SELECT
        links.customer_id,
        count(*) FILTER (contacted_at >= ends_at - 86400 * $period_days) AS contacts_count,
        (max(ends_at) - max(contacted_at)) / 86400 AS last_days
    FROM truth_contacts AS contacts
    CROSS JOIN moment
    JOIN core_identities__links AS links ON links.account_id = 'crm:' || contacts.contact_id
    WHERE group_code = 'treated' AND contacted_at < ends_at
    GROUP BY links.customer_id
),
wearied AS (
    SELECT person_id, count(*) AS contacts_count
    FROM truth_contacts CROSS JOIN moment
    WHERE group_code = 'treated' AND contacted_day <= day AND contacted_day >= day + 1 - $fatigue_days
    GROUP BY person_id
),
people AS (
    SELECT
        faces.customer_id, buying.type_code,
        state.person_id IS NOT NULL AS is_buyer,
        state.active_probability AS active,
        $fatigue_factor ** coalesce(wearied.contacts_count, 0) AS fatigue,
        (fixed_minor + per_factor_minor * state.value_mean) / 100 AS margin_eur,
        exp(-rate * leaves * (ended.ended - begun.ended)) AS stays,
        orders_ahead(state.active_probability, rate, leaves, ended.ended - begun.ended, 1) AS own_orders
    FROM faces
    JOIN truth_buying AS buying USING (person_id)
    JOIN truth_persons AS persons USING (person_id)
    CROSS JOIN moment
    LEFT JOIN true_state AS state USING (person_id)
    LEFT JOIN wearied USING (person_id)
    LEFT JOIN true_worth AS worth ON worth.type_code = buying.type_code AND worth.currency = persons.currency
    JOIN true_clock AS begun ON begun.type_code = buying.type_code AND begun.day = moment.day + 1
    JOIN true_clock AS ended ON ended.type_code = buying.type_code AND ended.day = moment.day + 1 + $window_days
)

SELECT
    people.customer_id, offers.campaign_code, people.type_code, offers.has_control, cost_eur,
    coalesce(consents.is_granted, FALSE) AS is_consented,
    coalesce(reached.contacts_count, 0) < $contacts_per_customer
        AND coalesce(reached.last_days, 1e9) >= $rest_days AS is_rested,
    is_buyer AND harm_share > 0 AS is_harmed,
    coalesce(known.orders_count, 0) > 0 AS has_known_orders,
    CASE WHEN is_buyer THEN margin_eur ELSE 0 END AS margin_eur,
    CASE
        WHEN is_buyer THEN (effect_share * fatigue * active * stays - harm_share * own_orders) * margin_eur
        ELSE 0
    END - cost_eur AS gain_eur
FROM people
CROSS JOIN offers
JOIN truth_campaign_effects AS effects
    ON effects.campaign_id = offers.campaign_id AND effects.type_code = people.type_code
LEFT JOIN consents ON consents.customer_id = people.customer_id AND consents.channel_code = offers.channel_code
LEFT JOIN reached ON reached.customer_id = people.customer_id
LEFT JOIN core_customers__features AS known ON known.customer_id = people.customer_id
ORDER BY people.customer_id, offers.campaign_code
