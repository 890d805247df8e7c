"""SQL → notation: an audit relation as officials write it, ``若 [2] ＝ “标准”，则 [6] 不为空``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from expectations.codes import shown_code

_OPPOSITES: tuple[tuple[type[exp.Binary], type[exp.Binary]], ...] = (
    (exp.EQ, exp.NEQ),
    (exp.LT, exp.GTE),
    (exp.LTE, exp.GT),
)
_OPPOSITE = dict([*_OPPOSITES, *((other, one) for one, other in _OPPOSITES)])
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "＝",
    exp.NEQ: "≠",
    exp.LT: "<",
    exp.LTE: "≤",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.Add: "+",
    exp.Sub: "−",
    exp.Mul: "×",
}
_FUNCTIONS = {"valid_patent_no": "{} 位数和校验位无误", "enterprise_size": "由{}算出的规模"}
# What a call that a column is compared with is called where its value is told, in Chinese and in English.
COMPUTED = {"enterprise_size": ("算出的规模", "computed size")}


def parsed(expression: str) -> exp.Expr:
    """The tree of a relation's SQL."""
    return sqlglot.parse_one(expression, dialect="duckdb")


@dataclass(frozen=True)
class Notation:
    """How the names of a sheet's relations are written: ``labels`` of columns and context, the code list of coded ones.

    ``flags`` are columns that say yes or no.
    """

    labels: Mapping[str, str]
    codes: Mapping[str, str]
    flags: frozenset[str]

    def relation(self, expression: str) -> str:
        """A whole relation; where alternatives begin with exceptions, they are written as its condition 若…则…"""
        tree = parsed(expression)
        if not isinstance(tree, exp.Or):
            return self.text(tree)
        *exceptions, then = tree.flatten(unnest=False)
        conditions = [self._opposite(one) for one in exceptions]
        if None in conditions:
            return self.text(tree)
        said = f"若 {' 且 '.join(one for one in conditions if one)}，则 {self.text(then.unnest())}"
        return said.replace(" （", "（").replace("） ", "）")

    def text(self, node: exp.Expr) -> str:
        """One part of a relation; what has no notation is a ValueError."""
        for kind, write in self._writers().items():
            if isinstance(node, kind):
                return write(node)
        sign = _SIGNS.get(type(node))
        if sign is None:
            raise ValueError(f"no notation for {node.sql()!r}")
        left, right = node.this, node.expression
        return f"{self._value(left, right)} {sign} {self._value(right, left)}"

    def _writers(self) -> dict[type[exp.Expr], Callable[[exp.Expr], str]]:
        return {
            exp.And: lambda node: " 且 ".join(map(self.text, node.flatten(unnest=False))),
            exp.Or: lambda node: " 或 ".join(map(self.text, node.flatten(unnest=False))),
            exp.Paren: lambda node: f"（{self.text(node.this)}）",
            exp.Not: self._not,
            exp.Is: lambda node: f"{self.text(node.this)} 为空",
            exp.In: lambda node: f"{self.text(node.this)} 属于{self._members(node)}",
            exp.Between: lambda node: " ≤ ".join(
                self.text(node.args[part]) for part in ("low", "this", "high")
            ),
            exp.Like: lambda node: f"{self.text(node.this)} 以“{node.expression.name.removesuffix('%')}”开头",
            exp.Anonymous: self._call,
            exp.Column: self._column,
            exp.Literal: lambda node: f"“{node.name}”" if node.is_string else node.name,
        }

    def _not(self, node: exp.Expr) -> str:
        inner = node.this
        if isinstance(inner, exp.Is):
            return f"{self.text(inner.this)} 不为空"
        if isinstance(inner, exp.In):
            return f"{self.text(inner.this)} 不属于{self._members(inner)}"
        if isinstance(inner, exp.Column) and inner.name in self.flags:
            return f"{self.labels[inner.name]} ＝ 否"
        return f"非（{self.text(inner.unnest())}）"

    def _opposite(self, node: exp.Expr) -> str | None:
        """A part's contrary in as simple words, or None."""
        if isinstance(node, exp.Not):
            return self.text(node.this)
        if isinstance(node, exp.Is | exp.In | exp.Column):
            return self._not(exp.Not(this=node))
        opposite = _OPPOSITE.get(type(node))  # type: ignore[arg-type]
        return self.text(opposite(this=node.this, expression=node.expression)) if opposite else None

    def _column(self, node: exp.Expr) -> str:
        label = self.labels[node.name]
        return f"{label} ＝ 是" if node.name in self.flags else label

    def _call(self, node: exp.Expr) -> str:
        return _FUNCTIONS[node.name].format("、".join(map(self.text, node.expressions)))

    def _members(self, node: exp.Expr) -> str:
        return f"（{'、'.join(self._code(one, node.this) for one in node.expressions)}）"

    def _value(self, node: exp.Expr, beside: exp.Expr) -> str:
        is_text = isinstance(node, exp.Literal) and node.is_string
        return f"“{self._code(node, beside)}”" if is_text else self.text(node)

    def _code(self, literal: exp.Expr, column: exp.Expr) -> str:
        """A code as its drop-down shows it."""
        codes = self.codes.get(column.name, "")
        return shown_code(codes, literal.name) if codes else literal.name
