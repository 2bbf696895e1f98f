"""The languages of the book and the pair of texts that every reader sees."""

from typing import Literal, get_args

from pydantic import Field

from analysis.strict import StrictModel

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(StrictModel):
    """One sentence or label in every language of the book."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: Language) -> str:
        return getattr(self, language)
