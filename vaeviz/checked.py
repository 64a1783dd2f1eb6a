"""The one validator: from plain JSON values to a frozen dataclass whose every field has its type.

A field may be bool, int, float, str, a Literal, an array, a dataclass, `X | None`, `tuple[X, ...]`,
`dict[str, X]`, or Any. An int passes for a float, a list for a tuple, and nothing else for another.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")


class UserError(ValueError):
    """Something the user can mend: one line that names the cause and the cure."""


def checked(kind: type[T], values: Any, what: str = "field", complete: bool = False) -> T:
    """The dataclass `kind` made of `values`; `what` is the word for a field in messages.

    UserError, one line: for values that are no object, an unknown name, a value of another type,
    and a field that is missing: any with `complete`, else one without a default. Fields that are
    dataclasses are checked alike.
    """
    if not isinstance(values, dict):
        raise UserError(f"{_shown(values)} is no set of {what}s: give an object with names")
    hints, fields = _hints(kind), dataclasses.fields(cast(Any, kind))
    unknown = sorted(set(values) - set(hints), key=str)
    if unknown:
        raise UserError(
            f"unknown {what} {str(unknown[0])[:40]!r}: remove it, or use one of {', '.join(hints)}"
        )
    for field in fields:
        if field.name not in values and (complete or _required(field)):
            raise UserError(f"lacks {field.name!r}: add the {what}, or make it again")
    made = {}
    for name, value in values.items():
        try:
            made[name] = _typed(value, hints[name], what, complete)
        except UserError:
            raise
        except (TypeError, ValueError):
            wanted = _named(hints[name])
            raise UserError(f"{what} {name!r} is {_shown(value)}: give a {wanted}") from None
    return kind(**made)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(cast(Any, kind))}


def _required(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _typed(value: Any, hint: Any, what: str, complete: bool) -> Any:
    """`value` as `hint` has it; TypeError or ValueError if it is something else."""
    if hint is Any:
        return value
    if get_origin(hint) in _COMPOSED:
        return _COMPOSED[get_origin(hint)](value, get_args(hint), what, complete)
    if dataclasses.is_dataclass(hint):
        return checked(cast(type, hint), value, what, complete)
    if hint is float and type(value) is int:
        return float(value)
    return _require(value, type(value) is hint)


def _tuple(value: Any, inner: tuple[Any, ...], what: str, complete: bool) -> tuple[Any, ...]:
    parts = _require(value, type(value) in (list, tuple))
    return tuple(_typed(part, inner[0], what, complete) for part in parts)


def _dict(value: Any, inner: tuple[Any, ...], what: str, complete: bool) -> dict[str, Any]:
    parts = _require(value, type(value) is dict)
    return {key: _typed(part, inner[1], what, complete) for key, part in parts.items()}


def _union(value: Any, hints: tuple[Any, ...], what: str, complete: bool) -> Any:
    """`value` as the first of several hints has it that fits."""
    if value is None and NoneType in hints:
        return None
    *others, last = (hint for hint in hints if hint is not NoneType)
    for hint in others:
        with contextlib.suppress(TypeError, ValueError):
            return _typed(value, hint, what, complete)
    return _typed(value, last, what, complete)


_COMPOSED = {
    Union: _union,
    UnionType: _union,
    Literal: lambda value, names, *_: _require(value, value in names),
    tuple: _tuple,
    dict: _dict,
    np.ndarray: lambda value, *_: np.array(value, np.float64),
}


def _require(value: Any, holds: bool) -> Any:
    if not holds:
        raise TypeError
    return value


def _named(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"name: {', '.join(map(str, get_args(hint)))}"
    return str(hint) if get_origin(hint) or not isinstance(hint, type) else hint.__name__


def _shown(value: Any) -> str:
    return json.dumps(value, default=str)[:40]
