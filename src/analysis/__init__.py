"""Recompute the Preventieplan report, chapter by chapter, for any data year."""
