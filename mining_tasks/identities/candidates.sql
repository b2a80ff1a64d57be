-- Each found pair once, with all the rules that found it.
SELECT account, other, bit_or(rules) AS rules FROM found GROUP BY ALL
