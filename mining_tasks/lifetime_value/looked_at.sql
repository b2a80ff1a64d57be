-- Tonight's buyers with what an unusual night shows in.
SELECT orders_count, currency, basket_mean_amount, value_mean_amount, orders_90_days_count, gap_mean_days
FROM facts
WHERE as_of_date = $night
