"""Statistics: pure functions from tables to results that carry their own counts."""
