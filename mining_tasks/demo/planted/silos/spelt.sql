-- How the silos spell times and money. `$zone` is the shop's; money comes in minor units of its currency.
CREATE MACRO utc_text(seconds) AS strftime(make_timestamp(seconds * 1000000), '%Y-%m-%dT%H:%M:%SZ');
CREATE MACRO local_text(seconds) AS CAST(timezone(getvariable('zone'), to_timestamp(seconds)) AS VARCHAR);
CREATE MACRO business_day(seconds) AS CAST(timezone(getvariable('zone'), to_timestamp(seconds)) AS DATE);
CREATE MACRO money_text(minor, digits) AS CASE digits
    WHEN 0 THEN CAST(minor AS VARCHAR)
    WHEN 3 THEN CAST(CAST(minor * CAST(0.001 AS DECIMAL(4, 3)) AS DECIMAL(18, 3)) AS VARCHAR)
    ELSE CAST(CAST(minor * CAST(0.01 AS DECIMAL(3, 2)) AS DECIMAL(18, 2)) AS VARCHAR)
END;
