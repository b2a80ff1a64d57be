-- Who a customer id names: herself, or the customer in whom she lives on.
SELECT customer_id, NULL AS ended_date FROM core_identities__customers WHERE customer_id = $asked
UNION ALL
SELECT customer_id, ended_date FROM core_identities__successors WHERE former_customer_id = $asked
