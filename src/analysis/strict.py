"""The base of every model that a file or a chapter fills: nothing unknown, nothing converted."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

Item = TypeVar("Item")


class StrictModel(BaseModel):
    """Refuses unknown keys and wrong types; cannot change once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


#: A tuple that a file writes as a list: ``Listed[tuple[int, ...]]``.
Listed = Annotated[Item, BeforeValidator(_as_tuple)]
