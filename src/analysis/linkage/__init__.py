"""From deliveries to linked research tables: pseudonyms, joins, weights and an account of them."""
