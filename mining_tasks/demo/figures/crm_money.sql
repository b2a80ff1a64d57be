-- What the CRM says its campaigns brought, by currency: what our tables hold less what the truth says.
WITH true_sums AS (
    SELECT truth_totals.currency, sum(CAST(amount_minor * worth AS HUGEINT)) AS e4
    FROM truth_totals CROSS JOIN moment JOIN truth_minor_units USING (currency)
    WHERE things = 'campaign_contacts' AND truth_totals.night <= moment.night
    GROUP BY ALL
),
told_sums AS (
    SELECT currency, sum(CAST(revenue_amount * 10000 AS HUGEINT)) AS e4 FROM core_crm__campaign_contacts GROUP BY ALL
)

SELECT
    coalesce(true_sums.currency, told_sums.currency, 'none') AS currency,
    CAST(coalesce(told_sums.e4, 0) - coalesce(true_sums.e4, 0) AS DOUBLE) / 10000 AS difference
FROM true_sums FULL JOIN told_sums ON true_sums.currency IS NOT DISTINCT FROM told_sums.currency
ORDER BY ALL
