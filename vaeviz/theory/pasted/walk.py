"""Walks the statements for the terms that they add up. It runs nothing."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import replace

from vaeviz.theory.pasted import algebra, spellings
from vaeviz.theory.pasted.algebra import Product, Sum, number, symbol
from vaeviz.theory.pasted.code import Unread, written
from vaeviz.theory.pasted.spellings import called, operands
from vaeviz.theory.pasted.terms import ENTROPY, Term, recognised, reduced, scale, within


class Walk:
    """The values of names after the statements, the sums, and what could not be read."""

    def __init__(self) -> None:
        # a name may be a sum, a loss such as nn.MSELoss(), or unknown
        self.names: dict[str, Sum | Term | None] = {}
        self.totals: list[list[Term]] = []
        self.unread: list[str] = []
        self.serial = 0  # of the last term

    def statement(self, node: ast.stmt) -> None:
        """Records one statement, or that it can't be read."""
        try:
            match node:
                case ast.Assign(targets, value):
                    self.assign(targets, value)
                case ast.AnnAssign(target, _, value):
                    self.assign([target], value)
                case ast.AugAssign(target, op, value):
                    self.assign([target], ast.BinOp(target, op, value))
                case ast.Expr(ast.Tuple([value, *_])) | ast.Return(ast.Tuple([value, *_])):
                    self.add_up(self.part(value))
                case ast.Expr(value) | ast.Return(value):
                    self.add_up(self.part(value))
                case _:
                    raise Unread("a statement")
        except Unread:
            valued = isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)
            self.unread.append(written(node.value if valued and node.value else node))
            self.forget(node)

    def assign(self, targets: list[ast.expr], value: ast.expr | None) -> None:
        """Stores the value under its names; an unknown one stays a name."""
        named = [target for target in targets if isinstance(target, ast.Name | ast.Attribute)]
        meant = spellings.made(value) or (self.part(value) if named else None)
        for target in targets:
            self.forget(target)
        for target in named:
            name = written(target).split(".")[-1]
            if meant is None and isinstance(target, ast.Attribute):
                self.names.pop(name, None)
            elif meant is not None:
                self.names[name] = meant
        if isinstance(meant, Sum) and any(isinstance(s, Term) for s in meant.symbols):
            self.add_up(meant)

    def forget(self, node: ast.AST) -> None:
        """Names assigned within become unknown; no library's function has them."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self.names[inner.id] = None

    def add_up(self, value: Sum | None) -> None:
        """Stores the terms of a sum, and reports the summands that are none."""
        terms, rest = self.split(value or number(0))
        if rest.constant is None:
            self.unread.append(str(rest))
        self.totals.append(terms)

    def split(self, value: Sum) -> tuple[list[Term], Sum]:
        """The terms of a sum with their factors, and the summands that are none."""
        terms: dict[Term, Sum] = {}
        rest: dict[Product, float] = {}
        for m, c in value.parts.items():
            match [(s, p) for s, p in m if isinstance(s, Term)]:
                case []:
                    rest[m] = c
                case [(Term() as term, 1)] if term not in terms:
                    terms[term] = Sum({m: c}) / symbol(term)
                case _:
                    raise Unread("a product of terms")
        each = [replace(term, factor=factor) for term, factor in terms.items()]
        try:
            return ([*each, recognised(Sum(rest))], number(0)) if any(rest) else (each, Sum(rest))
        except Unread:
            return each, Sum(rest)

    def symbol(self, term: Term) -> Sum:
        """The factor of the term times a new symbol for the rest."""
        self.serial += 1
        return term.factor * symbol(replace(term, factor=number(1), serial=self.serial))

    def reduced(self, node: ast.Call) -> Sum:
        """The value after a sum or a mean over some axes."""
        terms, rest = self.split(self.value(operands(node)[0]))
        if rest.constant is None:
            raise Unread("a sum that is neither an error nor a KL")
        how, axes = spellings.reduction(node)
        start = number(0) if terms else rest
        return sum((self.symbol(reduced(term, how, axes)) for term in terms), start)

    def part(self, node: ast.expr | None) -> Sum | None:
        """The value, or None for no part of a loss: model(x), kwargs["w"] and such."""
        names = ast.Subscript | ast.Dict | ast.Tuple | ast.List | ast.Attribute
        if node is None or isinstance(node, names):
            return None
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            return None
        return None if isinstance(node, ast.Call) and not self.meaning(node) else self.value(node)

    def meaning(self, node: ast.Call) -> Callable[[Walk, ast.Call], Sum] | None:
        """The function of this name, unless the code has reassigned it."""
        name, host = called(node)
        if isinstance(self.names.get(name), Term) or spellings.made(node.func):
            return _error
        return None if host is None and name in self.names else _FUNCTIONS.get(name)

    def side(self, node: ast.expr) -> Sum:
        """The value of one operand of an error; an unreadable one counts as a name."""
        try:
            return self.value(node)
        except Unread:
            return symbol(written(node))

    def value(self, node: ast.expr) -> Sum:
        """The value of an expression: names, numbers, and a symbol for each term."""
        match node:
            case ast.Constant(int() | float() as value) if not isinstance(value, bool):
                return number(value)
            case ast.Name(name) | ast.Attribute(_, name):
                meant = self.names.get(name)
                known = isinstance(meant, Sum)
                return meant if known else symbol(spellings.COUNTS.get(name, written(node)))
            case ast.Subscript():
                return symbol(spellings.entry(node))
            case ast.Call():
                function = self.meaning(node)
                return function(self, node) if function else symbol(written(node))
            case ast.UnaryOp(ast.USub() | ast.UAdd() as op, a):
                return self.value(a) if isinstance(op, ast.UAdd) else -self.value(a)
            case ast.BinOp(a, op, b) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](self.value(a), self.value(b))
        raise Unread("an expression")


def _error(w: Walk, node: ast.Call) -> Sum:
    """An error of two operands, or of their difference, such as F.mse_loss(x_hat, x)."""
    name, _ = called(node)
    meant = w.names.get(name)
    term = meant if isinstance(meant, Term) else spellings.made(node.func) or spellings.loss(node)
    sides = [w.side(side) for side in spellings.sides(node)]
    factor = scale(term.kind, sides)
    if factor is None and len(sides) == 1 and name in spellings.DIFFERENCES:
        return symbol(written(node))
    outside = [side for side in sides if factor is None and not within(side)]
    beyond = len(outside) > (term.kind == ENTROPY)  # a cross-entropy takes any logits
    return w.symbol(replace(term, factor=term.factor * (factor or number(1)), beyond=beyond))


def _raised(w: Walk, node: ast.Call) -> Sum:
    base, exponent, *_ = [*operands(node), ast.Constant(None)]  # None can't be read
    return w.value(base) ** w.value(exponent)


_OPERATORS: dict[type[ast.operator], Callable[[Sum, Sum], Sum]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[[Walk, ast.Call], Sum]] = {
    **dict.fromkeys(spellings.REDUCTIONS, Walk.reduced),
    **dict.fromkeys(filter(str.islower, spellings.ERRORS), _error),
    **dict.fromkeys(spellings.UNCHANGED, lambda w, node: w.value(operands(node)[0])),
    **dict.fromkeys(("pow", "power"), _raised),
    "square": lambda w, node: w.value(operands(node)[0]) ** 2,
    "exp": lambda w, node: algebra.exp(w.value(operands(node)[0])),
    "log": lambda w, node: algebra.log(w.value(operands(node)[0])),
    "len": lambda w, node: symbol(spellings.length(node)),
    "size": lambda w, node: symbol(spellings.extent(node)),
}
