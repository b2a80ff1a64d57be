-- What was paid by currency, in orders and again in their lines: what our tables hold less what the truth says.
WITH true_sums AS (
    SELECT 'orders' AS things, currency, sum(CAST(sales_e4 AS HUGEINT)) AS e4 FROM true_orders GROUP BY ALL
    UNION ALL
    SELECT 'order_lines', truth_totals.currency, sum(CAST(amount_minor * worth AS HUGEINT))
    FROM truth_totals CROSS JOIN moment JOIN truth_minor_units USING (currency)
    WHERE things = 'order_lines' AND truth_totals.night <= moment.night
    GROUP BY ALL
),
told_sums AS (
    SELECT 'orders' AS things, currency, sum(CAST(sales_amount * 10000 AS HUGEINT)) AS e4
    FROM core_shop__orders GROUP BY ALL
    UNION ALL
    SELECT 'order_lines', currency, sum(CAST(sales_amount * 10000 AS HUGEINT)) FROM core_shop__order_lines GROUP BY ALL
)

SELECT
    coalesce(true_sums.things, told_sums.things) AS things,
    coalesce(true_sums.currency, told_sums.currency, 'none') AS currency,
    CAST(coalesce(told_sums.e4, 0) - coalesce(true_sums.e4, 0) AS DOUBLE) / 10000 AS difference
FROM true_sums FULL JOIN told_sums
    ON true_sums.things = told_sums.things AND true_sums.currency IS NOT DISTINCT FROM told_sums.currency
ORDER BY ALL
