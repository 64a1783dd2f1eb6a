"""The names of losses, reductions and sizes in PyTorch, TensorFlow, Keras and JAX."""

from __future__ import annotations

import ast
import re

from vaeviz.theory.pasted.algebra import number
from vaeviz.theory.pasted.code import Unread, written
from vaeviz.theory.pasted.terms import ABSOLUTE, ENTROPY, LAST, MEAN, SQUARED, SUM, Term

_TORCH = {  # by default a mean over everything
    **dict.fromkeys(("mse_loss", "MSELoss"), SQUARED),
    **dict.fromkeys(("l1_loss", "L1Loss"), ABSOLUTE),
    **dict.fromkeys(("binary_cross_entropy", "binary_cross_entropy_with_logits"), ENTROPY),
    **dict.fromkeys(("BCELoss", "BCEWithLogitsLoss"), ENTROPY),
}
ERRORS = {
    **{name: Term(kind, MEAN, MEAN) for name, kind in _TORCH.items()},
    **dict.fromkeys(("mse", "mean_squared_error"), Term(SQUARED, LAST)),  # Keras
    **dict.fromkeys(("mae", "mean_absolute_error"), Term(ABSOLUTE, LAST)),
    "binary_crossentropy": Term(ENTROPY, LAST),
    "MeanSquaredError": Term(SQUARED, MEAN, MEAN),
    "MeanAbsoluteError": Term(ABSOLUTE, MEAN, MEAN),
    "BinaryCrossentropy": Term(ENTROPY, MEAN, MEAN),
    "sigmoid_cross_entropy_with_logits": Term(ENTROPY),  # TensorFlow, by element
    "squared_difference": Term(SQUARED),
    "nn.l2_loss": Term(SQUARED, SUM, SUM, number(0.5)),  # tensorflow.org: sum(t²) / 2
    "sigmoid_binary_cross_entropy": Term(ENTROPY),  # optax, by element
    "squared_error": Term(SQUARED),
    "l2_loss": Term(SQUARED, factor=number(0.5)),
    **dict.fromkeys(("abs", "absolute"), Term(ABSOLUTE)),
}
_OF_ONE = ("nn.l2_loss", "abs", "absolute")  # of the difference alone
DIFFERENCES = (*_OF_ONE, "l2_loss", "squared_error")  # optax takes a difference or both sides
COUNTS = {
    **dict.fromkeys(("batch_size", "bs"), "#batch"),
    **dict.fromkeys(("original_dim", "input_dim", "n_pixels", "num_pixels"), "#features"),
    **dict.fromkeys(("latent_dim", "z_dim"), "#latents"),
}
REDUCTIONS = {"sum": SUM, "mean": MEAN, "reduce_sum": SUM, "reduce_mean": MEAN}
UNCHANGED = (  # treated as a tensor
    *("view", "reshape", "flatten", "squeeze", "contiguous", "clone", "backward"),
    *("float", "double", "to", "cast", "convert_to_tensor", "asarray"),
)
_MODULES = {
    *("torch", "F", "nn", "tf", "keras", "K", "ops", "np", "jnp", "jax", "optax", "math"),
    *("numpy", "tensorflow"),
}
_HOW = {"'sum'": SUM, "'mean'": MEAN, "'none'": ""}
_SIDE = re.compile(r"input|target|y_true|y_pred|predictions|targets|labels|logits|[xy]")
_CODE = re.compile(r"mu|mean|var|std|sigma|latent|code|^z")  # names of one value per dimension
_DATA = re.compile(r"data|loader|train|set")  # names of more than a batch


def called(node: ast.Call) -> tuple[str, ast.expr | None]:
    """The last name of a call and its owner: F.mse_loss is ("mse_loss", F)."""
    if not isinstance(node.func, ast.Attribute):
        return (node.func.id if isinstance(node.func, ast.Name) else ""), None
    name, host = node.func.attr, node.func.value
    sums = name == "l2_loss" and written(host).endswith("nn")
    return ("nn.l2_loss" if sums else name), host


def operands(node: ast.Call) -> list[ast.expr]:
    """The tensor and the other arguments, for torch.sum(x, 1) and x.sum(1) alike."""
    host = root = called(node)[1]
    while isinstance(root, ast.Attribute):
        root = root.value
    module = isinstance(root, ast.Name) and root.id in _MODULES
    arguments = node.args if module or host is None else [host, *node.args]
    if not arguments:
        raise Unread("a call of nothing")
    return arguments


def sides(node: ast.Call) -> list[ast.expr]:
    """The operands of an error: two tensors, or their difference."""
    if called(node)[0] in _OF_ONE:
        return operands(node)[:1]
    return [*node.args, *(k.value for k in node.keywords if _SIDE.fullmatch(k.arg or ""))][:2]


def loss(node: ast.Call) -> Term:
    """The error of one of ERRORS, reduced by its arguments."""
    name = called(node)[0]
    arguments = {k.arg: written(k.value) for k in node.keywords}
    if not arguments.keys() & {"reduction", "reduce", "size_average", "weight", "pos_weight"}:
        return ERRORS[name]
    old = {"reduce": "'none'", "size_average": "'sum'"}
    how = next((how for key, how in old.items() if arguments.get(key) == "False"), "'mean'")
    how = _HOW.get(arguments.get("reduction", how))
    if name not in _TORCH or how is None or arguments.keys() & {"weight", "pos_weight"}:
        raise Unread("a reduction")
    return Term(_TORCH[name], how, how)


def made(node: ast.expr | None) -> Term | None:
    """The loss that nn.MSELoss(reduction="sum") and the like make, or None."""
    if not isinstance(node, ast.Call) or called(node)[0].islower():
        return None
    return loss(node) if called(node)[0] in ERRORS else None


def reduction(node: ast.Call) -> tuple[str, tuple[int, ...] | None]:
    """Sum or mean, and the axes: None for all."""
    named = [k.value for k in node.keywords if k.arg in ("dim", "axis")]
    axis = [*named, *operands(node)[1:], ast.Constant(None)][0]
    return REDUCTIONS[called(node)[0]], None if written(axis) == "None" else _axes(axis)


def extent(node: ast.Call) -> str:
    """The value of x.size(0)."""
    return _size(called(node)[1], node.args[0]) if node.args else written(node)


def _size(of: ast.expr | None, index: ast.expr) -> str:
    """The value of of.shape[index] or of.size(index): a count, where `of` is a name."""
    axes = _axes(index)
    if not isinstance(of, ast.Name) or axes not in ((0,), (1,), (-1,)):
        raise Unread("a size")
    return "#batch" if axes == (0,) else "#latents" if _CODE.search(of.id) else "#features"


def entry(node: ast.Subscript) -> str:
    """The value of x.shape[0] or tf.shape(x)[0]; any other entry is a name."""
    match node.value:
        case ast.Attribute(of, "shape"):
            return _size(of, node.slice)
        case ast.Call(_, [of, *_]) as call if called(call)[0] == "shape":
            return _size(of, node.slice)
    return written(node)


def length(node: ast.Call) -> str:
    """The value of len(x): of a name, the number of examples."""
    batch = [of for of in node.args if isinstance(of, ast.Name) and not _DATA.search(of.id)]
    return "#batch" if batch else written(node)


def _axes(node: ast.expr) -> tuple[int, ...]:
    """Numbers of axes, from 1, -1, (1, 2) or [1, 2, 3]."""
    text = written(node).strip("()[],")
    if not re.fullmatch(r"-?[0-8](, -?[0-8])*", text):
        raise Unread("an axis")
    return tuple(map(int, text.split(", ")))
