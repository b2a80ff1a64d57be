(CAST(coalesce({key} IN (SELECT key FROM closed WHERE rule = {rule}), FALSE) AS INTEGER) << {rule})
