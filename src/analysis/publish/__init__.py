"""From released frames to releases, and from releases to the book."""
