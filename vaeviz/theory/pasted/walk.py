"""From statements to the terms that they add up: expressions are read, name by name; nothing is
run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from vaeviz.theory.pasted import functions
from vaeviz.theory.pasted import polynomial as poly
from vaeviz.theory.pasted.functions import Value, called, text
from vaeviz.theory.pasted.polynomial import Monomial, Poly, Unread
from vaeviz.theory.pasted.terms import Term, found


class Walk:
    """The names as the statements leave them, the sums that stand there, and what could not be
    read.
    """

    def __init__(self) -> None:
        self.names: dict[str, Value] = {}
        self.losses: dict[str, Term] = {}  # nn.MSELoss() under a name of its own
        self.assigned: set[str] = set()  # no library's function has such a name any more
        self.totals: list[tuple[Term, ...]] = []
        self.unread: list[str] = []

    def statement(self, node: ast.stmt) -> None:
        """One line; what it says is kept, or that it can't be read."""
        visit = _STATEMENTS.get(type(node))
        try:
            if visit is None:
                raise Unread(text(node))
            visit(self, node)
        except Unread:
            self.unread.append(text(node))
            self.forget(node)

    def value(self, node: ast.expr) -> Value:
        """What an expression stands for."""
        visit = _EXPRESSIONS.get(type(node))
        if visit is None:
            raise Unread(text(node))
        return visit(self, node)

    def poly(self, node: ast.expr) -> Poly:
        """The same, where only names and numbers make sense."""
        value = self.value(node)
        if isinstance(value, tuple):
            raise Unread(text(node))
        return value

    def tried(self, node: ast.expr) -> Value | None:
        """The value, or None and an entry among what could not be read."""
        try:
            return self.value(node)
        except Unread:
            self.unread.append(text(node))
            return None

    def total(self, value: Value, node: ast.expr) -> tuple[Term, ...]:
        """The value as terms; a number moves nothing, and what is no term can't be read."""
        if isinstance(value, tuple):
            return value
        try:
            return () if poly.constant(value) is not None else (found(value),)
        except Unread:
            self.unread.append(text(node))
            return ()

    def forget(self, node: ast.AST) -> None:
        """Whatever is assigned within is no longer known."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self.names.pop(inner.id, None)
                self.assigned.add(inner.id)

    def keep(self, name: str, value: Value | None) -> None:
        """Under its name from here on; what is not known stays a name."""
        self.names.pop(name, None)
        if value is not None:
            self.names[name] = value
        if isinstance(value, tuple):
            self.totals.append(value)


def _assign(w: Walk, node: ast.Assign | ast.AnnAssign) -> None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [
        t.id if isinstance(t, ast.Name) else t.attr
        for t in targets
        if isinstance(t, ast.Name | ast.Attribute)
    ]
    made = functions.made(node.value) if node.value else None
    if made is not None:
        w.losses.update(dict.fromkeys(names, made))
    value = (
        w.tried(node.value)
        if node.value and names and not made and _speaks(w, node.value)
        else None
    )
    w.forget(node)
    for name in names:
        w.keep(name, value)


def _speaks(w: Walk, node: ast.expr) -> bool:
    """Whether an expression may be a part of the loss; model(x), kwargs["w"] and such only name
    something.
    """
    if isinstance(
        node, ast.Subscript | ast.Dict | ast.Tuple | ast.List | ast.Constant | ast.Attribute
    ):
        return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    if isinstance(node, ast.Call):
        return functions.known(w, node)
    return True


def _augmented(w: Walk, node: ast.AugAssign) -> None:
    if isinstance(node.target, ast.Name):
        whole = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        w.keep(node.target.id, w.tried(whole))


def _expression(w: Walk, node: ast.Expr | ast.Return) -> None:
    inner = (
        node.value.elts[0] if isinstance(node.value, ast.Tuple) and node.value.elts else node.value
    )
    if inner is None or isinstance(inner, ast.Dict | ast.Constant) or not _speaks(w, inner):
        return
    value = w.tried(inner)
    if isinstance(value, tuple):
        w.totals.append(value)
    elif value is not None and poly.constant(value) is None:
        w.totals += [w.total(value, inner)]


def _constant(_: Walk, node: ast.Constant) -> Value:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise Unread(text(node))
    try:
        return poly.number(float(node.value))
    except OverflowError:
        raise Unread("a number that is too large") from None


def _name(w: Walk, node: ast.Name) -> Value:
    return w.names.get(node.id, poly.symbol(functions.COUNTS.get(node.id, node.id)))


def _attribute(w: Walk, node: ast.Attribute) -> Value:
    if node.attr in w.names:
        return w.names[node.attr]
    return poly.symbol(functions.COUNTS.get(node.attr, text(node)))


def _subscript(w: Walk, node: ast.Subscript) -> Value:
    of = node.value
    if isinstance(of, ast.Attribute) and of.attr == "shape":
        return poly.symbol(functions.size(of.value, node.slice))
    if isinstance(of, ast.Call) and called(of)[0] == "shape" and of.args:
        return poly.symbol(functions.size(of.args[0], node.slice))
    return poly.symbol(text(node))


def _unary(w: Walk, node: ast.UnaryOp) -> Value:
    if isinstance(node.op, ast.USub):
        return _scaled(w.value(node.operand), -1.0)
    if isinstance(node.op, ast.UAdd):
        return w.value(node.operand)
    raise Unread(text(node))


def _scaled(value: Value, factor: float, symbols: Monomial = ()) -> Value:
    if isinstance(value, tuple):
        return tuple(term.scaled(factor, symbols) for term in value)
    return poly.multiply(value, {symbols: factor} if factor else {})


def _binary(w: Walk, node: ast.BinOp) -> Value:
    if isinstance(node.op, ast.Pow):
        return _power(w, node.left, node.right)
    a, b = w.value(node.left), w.value(node.right)
    if isinstance(node.op, ast.Add | ast.Sub):
        b = _scaled(b, -1.0) if isinstance(node.op, ast.Sub) else b
        if not isinstance(a, tuple) and not isinstance(b, tuple):
            return poly.add(a, b)
        return (*w.total(a, node.left), *w.total(b, node.right))
    if isinstance(node.op, ast.Mult):
        return _multiplied(a, b)
    if isinstance(node.op, ast.Div) and not isinstance(b, tuple) and len(b) == 1:
        return _multiplied(a, poly.power(b, -1))
    raise Unread(text(node))


def _multiplied(a: Value, b: Value) -> Value:
    if not isinstance(a, tuple) and not isinstance(b, tuple):
        return poly.multiply(a, b)
    total, other = (a, b) if isinstance(a, tuple) else (b, a)
    if isinstance(other, tuple) or len(other) != 1:
        raise Unread("a product of terms")
    ((symbols, factor),) = other.items()
    return _scaled(total, factor, symbols)


def _power(w: Walk, base: ast.expr, exponent: ast.expr) -> Value:
    by = poly.constant(w.poly(exponent))
    if by is None:
        raise Unread(text(exponent))
    return poly.power(w.poly(base), by)


_STATEMENTS: dict[type[ast.stmt], Callable[[Walk, Any], None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.Return: _expression,
}
_EXPRESSIONS: dict[type[ast.expr], Callable[[Walk, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Call: functions.call,
}
