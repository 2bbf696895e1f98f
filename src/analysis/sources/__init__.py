"""Deliveries: one module per supplier, from files as delivered to validated tables."""
