"""What a notebook calls: ``open_chapter`` and the exhibits of a chapter."""

from analysis.exhibits.chapter import Chapter, open_chapter

__all__ = ["Chapter", "open_chapter"]
