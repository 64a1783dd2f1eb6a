"""What calls mean: losses, reductions and functions, in PyTorch, TensorFlow, Keras and JAX."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable
from typing import Protocol

from vaeviz.theory.pasted import polynomial as poly
from vaeviz.theory.pasted.polynomial import Poly, Unread
from vaeviz.theory.pasted.terms import (
    ABSOLUTE,
    ENTROPY,
    LAST,
    MEAN,
    SQUARED,
    SUM,
    Term,
    found,
    reduced,
)

Value = Poly | tuple[Term, ...]  # an expression of names and numbers, or terms that were added up

COUNTS = {
    "batch_size": "#batch",
    "bs": "#batch",
    "original_dim": "#features",
    "input_dim": "#features",
    "n_pixels": "#features",
    "num_pixels": "#features",
    "latent_dim": "#latents",
    "z_dim": "#latents",
}
_CODE = re.compile(
    r"mu|mean|var|std|sigma|latent|code|^z"
)  # in the name of what has a value a dimension
_DATA = re.compile(r"data|loader|train|set")  # in the name of what holds more than a batch
_MODULES = {
    "torch",
    "F",
    "nn",
    "tf",
    "keras",
    "K",
    "ops",
    "np",
    "jnp",
    "jax",
    "optax",
    "math",
    "numpy",
    "tensorflow",
}
_REDUCTIONS = {"sum": SUM, "mean": MEAN, "reduce_sum": SUM, "reduce_mean": MEAN}
_UNCHANGED = {  # of a tensor, as far as its loss is concerned
    "view",
    "reshape",
    "flatten",
    "float",
    "double",
    "to",
    "squeeze",
    "contiguous",
    "cast",
    "clone",
    "convert_to_tensor",
    "backward",
    "asarray",
}
_SQUARED, _ENTROPY, _ABSOLUTE = Term(SQUARED), Term(ENTROPY), Term(ABSOLUTE)
_TORCH = {  # by default a mean over everything
    "mse_loss": _SQUARED,
    "l1_loss": _ABSOLUTE,
    "binary_cross_entropy": _ENTROPY,
    "binary_cross_entropy_with_logits": _ENTROPY,
}
_TORCH_CLASSES = {
    "MSELoss": _SQUARED,
    "L1Loss": _ABSOLUTE,
    "BCELoss": _ENTROPY,
    "BCEWithLogitsLoss": _ENTROPY,
}
_KERAS = {  # a mean over the last axis
    "mse": _SQUARED,
    "mean_squared_error": _SQUARED,
    "mae": _ABSOLUTE,
    "mean_absolute_error": _ABSOLUTE,
    "binary_crossentropy": _ENTROPY,
}
_KERAS_CLASSES = {  # a mean over everything
    "MeanSquaredError": _SQUARED,
    "MeanAbsoluteError": _ABSOLUTE,
    "BinaryCrossentropy": _ENTROPY,
}
_PLAIN = {  # a value an element
    "sigmoid_cross_entropy_with_logits": _ENTROPY,
    "sigmoid_binary_cross_entropy": _ENTROPY,
    "squared_error": _SQUARED,
    "squared_difference": _SQUARED,
    "l2_loss": Term(SQUARED, 0.5),
}


class Reader(Protocol):
    """Who reads the arguments."""

    losses: dict[str, Term]
    assigned: set[str]

    def value(self, node: ast.expr) -> Value: ...

    def poly(self, node: ast.expr) -> Poly: ...


def text(node: ast.AST) -> str:
    """The code again."""
    return ast.unparse(node)


def called(node: ast.Call) -> tuple[str, ast.expr | None]:
    """The last name of what is called, and what it is called on: F.mse_loss is ("mse_loss", F)."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr, node.func.value
    return (node.func.id if isinstance(node.func, ast.Name) else ""), None


def known(w: Reader, node: ast.Call) -> bool:
    """Whether the call is of something with a meaning here."""
    return (
        called(node)[0] in w.losses
        or isinstance(node.func, ast.Call)
        or _function(w, node) is not None
    )


def _function(w: Reader, node: ast.Call) -> Callable[[Reader, ast.Call], Value] | None:
    """The meaning of the function, unless the code has given its name to something else."""
    name, host = called(node)
    return None if host is None and name in w.assigned else _FUNCTIONS.get(name)


def made(node: ast.expr) -> Term | None:
    """The loss that nn.MSELoss(reduction="sum") and the like make, or None."""
    if not isinstance(node, ast.Call):
        return None
    name, _ = called(node)
    if name in _TORCH_CLASSES:
        return _reduced_by(_TORCH_CLASSES[name], node)
    if name in _KERAS_CLASSES:
        if _keyword(node, "reduction") is not None:
            raise Unread(text(node))
        return dataclasses.replace(_KERAS_CLASSES[name], features=MEAN, batch=MEAN)
    return None


def call(w: Reader, node: ast.Call) -> Value:
    """What a call stands for; one that is not known is a name like any other."""
    name, _ = called(node)
    loss = w.losses.get(name) or (made(node.func) if isinstance(node.func, ast.Call) else None)
    if loss is not None:
        return (loss,)
    function = _function(w, node)
    return function(w, node) if function else poly.symbol(text(node))


def size(of: ast.expr | None, index: ast.expr) -> str:
    """What stands in of.shape[index], or of.size(index): a count, where `of` is a name."""
    axes = _axes(index)
    if not isinstance(of, ast.Name) or axes not in ((0,), (1,), (-1,)):
        raise Unread("a size")
    if axes == (0,):
        return "#batch"
    return "#latents" if _CODE.search(of.id) else "#features"


def _operands(node: ast.Call) -> list[ast.expr]:
    """The tensor and what follows: torch.sum(x, 1) and x.sum(1) alike."""
    _, host = called(node)
    root = host
    while isinstance(root, ast.Attribute):
        root = root.value
    module = host is None or (isinstance(root, ast.Name) and root.id in _MODULES)
    operands = node.args if module or host is None else [host, *node.args]
    if not operands:
        raise Unread(text(node))
    return operands


def _reduction(w: Reader, node: ast.Call) -> Value:
    operands, how = _operands(node), _REDUCTIONS[called(node)[0]]
    given = (
        _keyword(node, "dim")
        or _keyword(node, "axis")
        or (operands[1] if len(operands) > 1 else None)
    )
    axes = None if given is None or _is_none(given) else _axes(given)
    value = w.value(operands[0])
    if isinstance(value, tuple):
        return tuple(reduced(term, how, axes) for term in value)
    return value if poly.constant(value) is not None else (reduced(found(value), how, axes),)


def _reduced_by(term: Term, node: ast.Call) -> Term:
    """By `reduction=`, or the older `size_average=` and `reduce=`."""
    how = _keyword(node, "reduction")
    word = how.value if isinstance(how, ast.Constant) else None
    if (how is not None and word not in ("sum", "mean", "none")) or _keyword(
        node, "weight"
    ) is not None:
        raise Unread(text(node))
    if word == "none" or _false(node, "reduce"):
        return term
    over = SUM if word == "sum" or _false(node, "size_average") else MEAN
    return dataclasses.replace(term, features=over, batch=over)


def _torch(_: Reader, node: ast.Call) -> Value:
    return (_reduced_by(_TORCH[called(node)[0]], node),)


def _keras(_: Reader, node: ast.Call) -> Value:
    return (dataclasses.replace(_KERAS[called(node)[0]], features=LAST),)


def _plain(_: Reader, node: ast.Call) -> Value:
    return (_PLAIN[called(node)[0]],)


def _of_one(function: Callable[[Poly], Poly]) -> Callable[[Reader, ast.Call], Value]:
    return lambda w, node: function(w.poly(_operands(node)[0]))


def _raised(w: Reader, node: ast.Call) -> Value:
    base, *rest = _operands(node)
    by = poly.constant(w.poly(rest[0])) if rest else None
    if by is None:
        raise Unread(text(node))
    return poly.power(w.poly(base), by)


def _unchanged(w: Reader, node: ast.Call) -> Value:
    return w.value(_operands(node)[0])


def _length(_: Reader, node: ast.Call) -> Value:
    (of,) = node.args or (None,)
    one = isinstance(of, ast.Name) and not _DATA.search(of.id)
    return poly.symbol("#batch" if one else text(node))


def _size_of(_: Reader, node: ast.Call) -> Value:
    return poly.symbol(size(called(node)[1], node.args[0]) if node.args else text(node))


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg == name), None)


def _false(node: ast.Call, name: str) -> bool:
    value = _keyword(node, name)
    return isinstance(value, ast.Constant) and value.value is False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _axes(node: ast.expr) -> tuple[int, ...]:
    """Numbers of axes, from 1, -1, (1, 2) or [1, 2, 3]."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    numbers = []
    for part in parts:
        minus = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub)
        value = part.operand if isinstance(part, ast.UnaryOp) and minus else part
        if (
            not isinstance(value, ast.Constant)
            or type(value.value) is not int
            or not value.value < 9
        ):
            raise Unread(text(node))
        numbers.append(-value.value if minus else value.value)
    return tuple(numbers)


_FUNCTIONS: dict[str, Callable[[Reader, ast.Call], Value]] = {
    **dict.fromkeys(_REDUCTIONS, _reduction),
    **dict.fromkeys(_TORCH, _torch),
    **dict.fromkeys(_KERAS, _keras),
    **dict.fromkeys(_PLAIN, _plain),
    **dict.fromkeys(_UNCHANGED, _unchanged),
    **dict.fromkeys(("pow", "power"), _raised),
    **dict.fromkeys(("abs", "absolute"), _of_one(poly.absolute)),
    "exp": _of_one(poly.exp),
    "log": _of_one(poly.log),
    "square": _of_one(lambda a: poly.power(a, 2)),
    "len": _length,
    "size": _size_of,
}
