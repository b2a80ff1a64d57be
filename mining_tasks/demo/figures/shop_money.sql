-- Sums of money by currency: what was paid in orders and again in their lines, shipping, refunds, and what the range
-- costs. What our tables hold less what the truth says.
WITH true_sums AS (
    SELECT 'orders' AS things, currency, sum(CAST(sales_e4 AS HUGEINT)) AS e4 FROM true_orders GROUP BY ALL
    UNION ALL
    SELECT 'shipping paid', currency, sum(CAST(shipping_paid_e4 AS HUGEINT)) FROM true_orders GROUP BY ALL
    UNION ALL
    SELECT 'shipping cost', currency, sum(CAST(shipping_cost_e4 AS HUGEINT)) FROM true_orders GROUP BY ALL
    UNION ALL
    SELECT things, truth_totals.currency, sum(CAST(amount_minor * worth AS HUGEINT))
    FROM truth_totals CROSS JOIN moment JOIN truth_minor_units USING (currency)
    WHERE things IN ('order_lines', 'line_costs', 'returns') AND truth_totals.night <= moment.night
    GROUP BY ALL
    UNION ALL
    SELECT 'product costs', 'EUR', sum(CAST(cost_minor * 100 AS HUGEINT))
    FROM truth_products CROSS JOIN moment WHERE launched_day <= day
),
told_sums AS (
    SELECT 'orders' AS things, currency, sum(CAST(sales_amount * 10000 AS HUGEINT)) AS e4
    FROM core_shop__orders GROUP BY ALL
    UNION ALL
    SELECT 'shipping paid', currency, sum(CAST(shipping_paid_amount * 10000 AS HUGEINT))
    FROM core_shop__orders GROUP BY ALL
    UNION ALL
    SELECT 'shipping cost', currency, sum(CAST(shipping_cost_amount * 10000 AS HUGEINT))
    FROM core_shop__orders GROUP BY ALL
    UNION ALL
    SELECT 'order_lines', currency, sum(CAST(sales_amount * 10000 AS HUGEINT)) FROM core_shop__order_lines GROUP BY ALL
    UNION ALL
    SELECT 'line_costs', currency, sum(CAST(cost_amount * 10000 AS HUGEINT)) FROM core_shop__order_lines GROUP BY ALL
    UNION ALL
    SELECT 'returns', currency, sum(CAST(refund_amount * 10000 AS HUGEINT)) FROM core_shop__returns GROUP BY ALL
    UNION ALL
    SELECT 'product costs', currency, sum(CAST(cost_amount * 10000 AS HUGEINT)) FROM core_shop__products GROUP BY ALL
)

SELECT
    coalesce(true_sums.things, told_sums.things) AS things,
    coalesce(true_sums.currency, told_sums.currency, 'none') AS currency,
    CAST(coalesce(told_sums.e4, 0) - coalesce(true_sums.e4, 0) AS DOUBLE) / 10000 AS difference
FROM true_sums FULL JOIN told_sums
    ON true_sums.things = told_sums.things AND true_sums.currency IS NOT DISTINCT FROM told_sums.currency
ORDER BY ALL
