"""The rules that keep a function right: each gives, for one place of its code, other code that does the same."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from autograder.spec import Proof

HELPERS = '''
import numpy as np


def by_rows(a, b):
    """a @ b, row by row."""
    return np.stack([row @ b for row in a])


def by_halves(a, b):
    """a @ b, where the sum over the middle axis is made of two sums."""
    k = a.shape[-1] // 2
    return a[..., k:] @ b[k:] + a[..., :k] @ b[:k]


def in_wide(a, b):
    """a @ b with more digits on the way."""
    return (a.astype(np.longdouble) @ b.astype(np.longdouble)).astype(np.result_type(a, b))


def last_first(a):
    """The sum over the first axis, from the last row to the first."""
    total = 0
    for row in a[::-1]:
        total = total + row
    return total


def by_exp(x):
    """tanh, written with exp; right however large x is."""
    shrunk = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - shrunk) / (1 + shrunk)


def strided(a):
    """The same values in no contiguous order; also those of a dict. Anything else as it is."""
    if isinstance(a, dict):
        return {name: strided(value) for name, value in a.items()}
    return np.repeat(a, 2, axis=-1)[..., ::2] if isinstance(a, np.ndarray) and a.ndim else a


def columns_first(a):
    """The same values with the columns one after another in memory."""
    if isinstance(a, dict):
        return {name: columns_first(value) for name, value in a.items()}
    return np.asfortranarray(a) if isinstance(a, np.ndarray) and a.ndim > 1 else a


def doubled(a):
    """Real numbers in double precision, also those of a library's object; anything else as it is."""
    real = a.dtype.kind == "f" if isinstance(a, np.ndarray) else hasattr(a, "astype")
    return a.astype(np.float64) if real else a
'''

Expression = Callable[[ast.expr], "ast.expr | None"]
Statement = Callable[[ast.stmt], "list[ast.stmt] | None"]


def code(template: str, **parts: ast.expr) -> ast.expr:
    """The expression that a template gives with these parts in the places of its names, each in brackets."""
    return ast.parse(
        template.format(**{name: f"({ast.unparse(part)})" for name, part in parts.items()}), mode="eval"
    ).body


def lines(template: str, **parts: ast.AST) -> list[ast.stmt]:
    """The statements that a template gives with these parts in the places of its names."""
    texts = {name: ast.unparse(part) for name, part in parts.items()}
    return ast.parse(template.format(**texts)).body


def binary(operator: type, template: str) -> Expression:
    """Rewrite `a OPERATOR b`."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
            return code(template, a=node.left, b=node.right)
        return None

    return rewrite


def regrouped(operator: type, sign: str) -> Expression:
    """Rewrite `(a OPERATOR b) OPERATOR c` as `a OPERATOR (b OPERATOR c)`."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, operator)):
            return None
        inner = node.left
        if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, operator)):
            return None
        return code(f"{{a}} {sign} ({{b}} {sign} {{c}})", a=inner.left, b=inner.right, c=node.right)

    return rewrite


def transpose(template: str) -> Expression:
    """Rewrite `a.T`."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        return code(template, a=node.value) if isinstance(node, ast.Attribute) and node.attr == "T" else None

    return rewrite


def call(name: str, template: str, keywords: dict[str, str] | None = None) -> Expression:
    """Rewrite calls of a function, by its dotted name, that have just these keywords; {a}, {b} are the arguments."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.Call) or ast.unparse(node.func) != name:
            return None
        if {each.arg: ast.unparse(each.value) for each in node.keywords} != (keywords or {}):
            return None
        return code(template, **dict(zip("abc", node.args, strict=False)))

    return rewrite


def method(name: str, template: str, keywords: dict[str, str]) -> Expression:
    """Rewrite calls of an array's method that have just these keywords and no arguments; {a} is the array."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name):
            return None
        given = {each.arg: ast.unparse(each.value) for each in node.keywords}
        return code(template, a=node.func.value) if given == keywords and not node.args else None

    return rewrite


def square(node: ast.expr) -> ast.expr | None:
    """`a * a` for `a**2`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2":
        return code("{a} * {a}", a=node.left)
    return None


def slope(node: ast.expr) -> ast.expr | None:
    """`(1 - a) * (1 + a)` for `1 - a**2`."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.right, ast.BinOp)):
        return None
    fits = isinstance(node.right.op, ast.Pow) and ast.unparse(node.left) == "1" and ast.unparse(node.right.right) == "2"
    return code("(1 - {a}) * (1 + {a})", a=node.right.left) if fits else None


def masked(node: ast.expr) -> ast.expr | None:
    """np.where for `mask * a`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and ast.unparse(node.left) == "mask":
        return code("np.where(mask, {a}, 0)", a=node.right)
    return None


def row_of_table(template: str, tables: Collection[str]) -> Expression:
    """Rewrite look-ups of a table's rows by whole numbers. tables: the look-ups, as they stand in the reference."""

    def rewrite(node: ast.expr) -> ast.expr | None:
        if not (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)):
            return None
        fits = ast.unparse(node) in tables
        return code(template, a=node.value, b=node.slice) if fits else None

    return rewrite


def backwards_range(node: ast.expr) -> ast.expr | None:
    """`range(n - 1, -1, -1)` for `reversed(range(n))`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "reversed" and isinstance(node.args[0], ast.Call):
        return code("range({a} - 1, -1, -1)", a=node.args[0].args[0])
    return None


def while_loop(node: ast.stmt) -> list[ast.stmt] | None:
    """`while` for `for t in range(n)`."""
    if not (isinstance(node, ast.For) and isinstance(node.iter, ast.Call)):
        return None
    if not (ast.unparse(node.iter.func) == "range" and len(node.iter.args) == 1):
        return None
    start, loop = lines("{t} = 0\nwhile {t} < {n}:\n    {t} += 1", t=node.target, n=node.iter.args[0])
    assert isinstance(loop, ast.While)
    loop.body = [*node.body, *loop.body]
    return [start, loop]


def in_place(node: ast.stmt) -> list[ast.stmt] | None:
    """`x = +a` and then `x += b` for `x = a + b`, also for products and differences.

    Here a must have the result's shape, as it has in the reference; other rules may swap a and b, so they come after.
    """
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)):
        return None
    (target,), value = node.targets, node.value
    if not (isinstance(target, ast.Name) and isinstance(value.op, ast.Add | ast.Sub | ast.Mult)):
        return None
    first = ast.Assign([target], ast.UnaryOp(ast.UAdd(), value.left), lineno=0)
    return [first, ast.AugAssign(target, value.op, value.right)]


def accumulated(node: ast.stmt) -> list[ast.stmt] | None:
    """`x += a` and `y += b` for `x, y = x + a, y + b`."""
    steps: list[ast.stmt] = []
    for target, value in _pairs(node):
        if not (isinstance(value, ast.BinOp) and ast.unparse(value.left) == ast.unparse(target)):
            return None
        assert isinstance(target, ast.Name | ast.Attribute | ast.Subscript)  # else it could not be on both sides
        steps.append(ast.AugAssign(target, value.op, value.right))
    return steps or None


def one_by_one(node: ast.stmt) -> list[ast.stmt] | None:
    """`x = a` and `y = b` for `x, y = a, b`, where b does not need the old x."""
    pairs = _pairs(node)
    targets = {ast.unparse(target) for target, _ in pairs}
    if not pairs or any(ast.unparse(part) in targets for _, value in pairs for part in ast.walk(value)):
        return None
    return [ast.Assign([target], value, lineno=0) for target, value in pairs]


def added(template: str) -> Statement:
    """Rewrite `np.add.at(a, b, c)`."""

    def rewrite(node: ast.stmt) -> list[ast.stmt] | None:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            return None
        is_add = ast.unparse(node.value.func) == "np.add.at"
        return lines(template, **dict(zip("abc", node.value.args, strict=True))) if is_add else None

    return rewrite


def _pairs(node: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    """The targets of `x, y = a, b` with their values; none for any other statement."""
    if not (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)
    ):
        return []
    return list(zip(node.targets[0].elts, node.value.elts, strict=True))


AXIS0, LAST_AXIS = {"axis": "0"}, {"axis": "2", "keepdims": "True"}


def expressions(hints: Proof) -> dict[str, Expression]:
    """The rules for expressions, by name. hints: the assignment's."""
    return {
        **EXPRESSIONS,
        "rows by np.take": row_of_table("np.take({a}, {b}, axis=0)", hints.tables),
        "rows by one-hot vectors": row_of_table("np.eye(len({a}))[{b}] @ {a}", hints.tables),
        "reversed as a range": backwards_range,
    }


EXPRESSIONS: dict[str, Expression] = {
    "a + b as b + a": binary(ast.Add, "{b} + {a}"),
    "a * b as b * a": binary(ast.Mult, "{b} * {a}"),
    "a - b as -(b - a)": binary(ast.Sub, "-({b} - {a})"),
    "a / b as a * (1 / b)": binary(ast.Div, "{a} * (1 / {b})"),
    "sums grouped from the right": regrouped(ast.Add, "+"),
    "products grouped from the right": regrouped(ast.Mult, "*"),
    "a @ b as np.dot": binary(ast.MatMult, "np.dot({a}, {b})"),
    "a @ b as np.matmul": binary(ast.MatMult, "np.matmul({a}, {b})"),
    "a @ b as np.einsum": binary(ast.MatMult, "np.einsum('...i,ij->...j', {a}, {b})"),
    "a @ b row by row": binary(ast.MatMult, "by_rows({a}, {b})"),
    "a @ b in two halves": binary(ast.MatMult, "by_halves({a}, {b})"),
    "a @ b with more digits": binary(ast.MatMult, "in_wide({a}, {b})"),
    "a @ b transposed": binary(ast.MatMult, "({b}.T @ {a}.T).T"),
    "a.T as np.transpose": transpose("np.transpose({a})"),
    "a.T as swapaxes": transpose("{a}.swapaxes(0, 1)"),
    "a.T as np.einsum": transpose("np.einsum('ij->ji', {a})"),
    "sum(axis=0) as np.einsum": method("sum", "np.einsum('ij->j', {a})", AXIS0),
    "sum(axis=0) as np.add.reduce": method("sum", "np.add.reduce({a}, axis=0)", AXIS0),
    "sum(axis=0) as a loop": method("sum", "last_first({a})", AXIS0),
    "sum(axis=0) as a product with ones": method("sum", "np.ones(len({a})) @ {a}", AXIS0),
    "sum(axis=2) from the back": method("sum", "{a}[..., ::-1].sum(axis=2, keepdims=True)", LAST_AXIS),
    "a**2 as a * a": square,
    "1 - a**2 as (1 - a) * (1 + a)": slope,
    "tanh by exp": call("np.tanh", "by_exp({a})"),
    "sigmoid by exp": call("sigmoid", "1 / (1 + np.exp(-{a}))"),
    "exp as a square": call("np.exp", "np.exp({a} / 2) ** 2"),
    "log by log2": call("np.log", "np.log2({a}) * np.log(2)"),
    "mask * a as np.where": masked,
    "np.stack as np.array": call("np.stack", "np.array({a}).swapaxes(0, 1)", {"axis": "1"}),
    "np.stack as np.concatenate": call(
        "np.stack", "np.concatenate([each[:, None] for each in {a}], axis=1)", {"axis": "1"}
    ),
    "np.concatenate as np.hstack": call("np.concatenate", "np.hstack({a})", {"axis": "1"}),
    "np.split as slices": call("np.split", "[each.T for each in {a}.T.reshape({b}, -1, len({a}))]", {"axis": "1"}),
    "sum of steps as np.sum": call("sum", "np.sum(list({a}), axis=0)"),
    "zeros_like as a product": call("np.zeros_like", "0 * {a}"),
}
STATEMENTS: dict[str, Statement] = {
    "while loops": while_loop,
    "operations in place": in_place,
    "+= for sums over time": accumulated,
    "one assignment at a time": one_by_one,
    "np.add.at as a loop": added("for place in list(np.ndindex({b}.shape))[::-1]:\n    {a}[{b}[place]] += {c}[place]"),
    "np.add.at as a product": added("{a} += np.einsum('ntv,ntd->vd', np.eye(len({a}))[{b}], {c})"),
}
