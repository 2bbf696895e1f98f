"""YAML files read into strict pydantic models, with errors that say what to change and where."""

from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from analysis.errors import EditionError

Model = TypeVar("Model", bound=BaseModel)


class _UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a key that stands twice; YAML would keep the last one in silence."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key}' stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Read one YAML document.

    Raises
    ------
    EditionError
        If the file is absent, is not YAML, or holds a key twice.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except FileNotFoundError:
        raise EditionError(f"{path}: no such file; create it or name another.") from None
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise EditionError(f"{path}: not UTF-8 text; save it as UTF-8.") from None
        raise EditionError(
            f"{path}: not valid YAML: a key or value that YAML cannot hold. Write plain keys and "
            "quote odd values."
        ) from None
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" line {where.line + 1}" if where else ""
        problem = getattr(error, "problem", None) or "cannot be read"
        raise EditionError(f"{path}{line}: not valid YAML: {problem}.") from None


def read_model(path: Path, model: type[Model]) -> Model:
    """Read a YAML file into ``model``.

    Raises
    ------
    EditionError
        Naming, for every problem at once, the file, the key and what is allowed there.
    """
    content = read_yaml(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors()
        problems = [_explain(one, model) for one in found if not _follows(one, found)]
        raise EditionError("\n".join(f"{path}: {problem}" for problem in problems)) from None


def _follows(problem: dict, found: list[dict]) -> bool:
    """Tell whether a list is too short only because what is wrong in it does not count."""
    depth = len(problem["loc"])
    return problem["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == problem["loc"] for other in found
    )


def _explain(problem: dict, model: type[BaseModel]) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if not key:
        if problem["type"] == "value_error":
            return str(problem["ctx"]["error"])
        return f"empty or not a list of keys; expected {', '.join(_fields_at(model, ()))}."
    match problem["type"]:
        case "extra_forbidden":
            allowed = ", ".join(_fields_at(model, problem["loc"][:-1]))
            return f"key '{key}' is not known; allowed here: {allowed}. Rename or remove it."
        case "missing":
            return f"key '{key}' is missing; add it."
        case "value_error":
            return f"key '{key}': {problem['ctx']['error']}"
        case "tuple_type":
            return f"key '{key}' has the value {problem['input']!r}; write a list, as [one, two]."
        case "model_type":
            allowed = ", ".join(_fields_at(model, problem["loc"]))
            return f"key '{key}' has the value {problem['input']!r}; write keys: {allowed}."
        case "too_short":
            return f"key '{key}' is an empty list; write at least one entry."
        case _:
            return f"key '{key}' has the value {problem['input']!r}: {problem['msg']}."


def _fields_at(model: type[BaseModel], location: tuple) -> list[str]:
    """Field names of the model that ``location`` leads to, through lists, dicts and unions."""
    found: list[type[BaseModel]] = [model]
    for step in location:
        following = []
        for candidate in found:
            field = candidate.model_fields.get(step)
            if field is not None:
                following += _models_in(field.annotation)
        found = following or found
    return sorted({name for candidate in found for name in candidate.model_fields})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
