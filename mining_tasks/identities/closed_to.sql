-- Of every account the rules of which its block is closed, as bits.
SELECT account, {bits} AS closed FROM keys
