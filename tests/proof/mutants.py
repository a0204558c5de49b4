"""Small mistakes in policy code, one at a time: what a slip of the hand would do to a condition, a table, a statement.

`mutmut` was looked at: it mutates inside functions that are imported already, and knows neither tables at module level
nor the conditions inside a statement of SQL, where most of this policy stands.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "cms/sharing/oracle.py",
    "cms/sharing/tokens.py",
    "cms/sharing/viewers.py",
    "cms/sharing/querysets.py",
    "cms/sharing/rules.py",
    "cms/sharing/reach.py",
    "cms/sharing/rights.py",
    "cms/sharing/ceilings.py",
    "cms/organisations/rules.py",
    "cms/organisations/groups.py",
    "search/visibility.py",
)
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_QUANTIFIERS = {"all": "any", "any": "all", "min": "max", "max": "min"}
_SQL_CONDITION = re.compile(r"^\s*(AND|OR)\b.*$", re.MULTILINE)
Change = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: where it stands, what it is, and the source with it."""

    path: str
    number: int
    line: int
    what: str
    source: str

    @property
    def name(self) -> str:
        """What names it on the command line."""
        return f"{self.path}:{self.number}"


def mutants(path: str, text: str | None = None) -> Iterator[Mutant]:
    """Yield every mistake that the file can hold, in the order of its lines."""
    source = (ROOT / path).read_text(encoding="utf-8") if text is None else text
    count = len(list(_places(ast.parse(source))))
    for number in range(count):
        tree = ast.parse(source)
        node, what, change = list(_places(tree))[number]
        change()
        yield Mutant(path, number, node.lineno, what, ast.unparse(ast.fix_missing_locations(tree)))


def mutant(name: str) -> Mutant:
    """Return the mistake with this name."""
    path, _colon, number = name.rpartition(":")
    return next(one for one in mutants(path) if one.number == int(number))


def _places(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str, Change]]:
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt) and id(node) not in docstrings:
            for what, change in _changes(node):
                yield node, what, change


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    for kind, found in _KINDS.items():
        if isinstance(node, kind):
            yield from found(node)


def _compare(node: ast.Compare) -> Iterator[tuple[str, Change]]:
    for place, operator in enumerate(node.ops):
        opposite = _OPPOSITE[type(operator)]
        yield f"{type(operator).__name__} became {opposite.__name__}", _put(node.ops, place, opposite())


def _bool(node: ast.BoolOp) -> Iterator[tuple[str, Change]]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield f"{type(node.op).__name__} became {type(other).__name__}", _set(node, "op", other)
    for place in range(len(node.values)):
        yield f"operand {place + 1} left out", _drop(node.values, place)


def _binary(node: ast.BinOp) -> Iterator[tuple[str, Change]]:
    pairs: dict[type[ast.operator], type[ast.operator]] = {
        ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add,
    }  # fmt: skip
    if type(node.op) in pairs:
        yield f"{type(node.op).__name__} became another", _set(node, "op", pairs[type(node.op)]())


def _augmented(node: ast.AugAssign) -> Iterator[tuple[str, Change]]:
    if isinstance(node.op, ast.BitOr):
        yield "|= became &=", _set(node, "op", ast.BitAnd())


def _unary(node: ast.UnaryOp) -> Iterator[tuple[str, Change]]:
    if isinstance(node.op, ast.Not):
        yield "not left out", _become(node, node.operand)
    if isinstance(node.op, ast.Invert):
        yield "~ left out", _become(node, node.operand)


def _constant(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, bool):
        yield f"{node.value} became {not node.value}", _set(node, "value", not node.value)
    elif isinstance(node.value, str):
        for found in _SQL_CONDITION.finditer(node.value):
            left = node.value[: found.start()] + node.value[found.end() :]
            yield f"condition left out: {' '.join(found[0].split())}", _set(node, "value", left)


def _call(node: ast.Call) -> Iterator[tuple[str, Change]]:
    if isinstance(node.func, ast.Name) and node.func.id in _QUANTIFIERS:
        other = _QUANTIFIERS[node.func.id]
        yield f"{node.func.id} became {other}", _set(node.func, "id", other)
    if isinstance(node.func, ast.Attribute) and node.func.attr in {"filter", "exclude"}:
        for place, keyword in enumerate(node.keywords):
            yield f"condition {keyword.arg} left out", _drop(node.keywords, place)


def _condition(node: ast.If | ast.IfExp) -> Iterator[tuple[str, Change]]:
    yield "condition turned round", _set(node, "test", ast.UnaryOp(ast.Not(), node.test))


def _return(node: ast.Return) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, ast.Compare | ast.BoolOp):
        yield "answers yes", _set(node, "value", ast.Constant(True))
        yield "answers no", _set(node, "value", ast.Constant(False))


def _dict(node: ast.Dict) -> Iterator[tuple[str, Change]]:
    for place, key in enumerate(node.keys):
        if key is not None:
            yield f"entry {ast.unparse(key)} left out", _drop_both(node.keys, node.values, place)


def _set_display(node: ast.Set | ast.Tuple) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Set) or (len(node.elts) > 1 and all(isinstance(e, ast.Attribute) for e in node.elts)):
        for place, element in enumerate(node.elts):
            yield f"{ast.unparse(element)} left out", _drop(node.elts, place)


def _comprehension(node: ast.SetComp | ast.ListComp | ast.GeneratorExp | ast.DictComp) -> Iterator[tuple[str, Change]]:
    for generator in node.generators:
        for place in range(len(generator.ifs)):
            yield f"condition {ast.unparse(generator.ifs[place])} left out", _drop(generator.ifs, place)


_KINDS: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[tuple[str, Change]]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Call: _call,
    (ast.If, ast.IfExp): _condition,
    ast.Return: _return,
    ast.Dict: _dict,
    (ast.Set, ast.Tuple): _set_display,
    (ast.SetComp, ast.ListComp, ast.GeneratorExp, ast.DictComp): _comprehension,
}


def _put(holder: list[ast.cmpop], place: int, value: ast.cmpop) -> Change:
    return lambda: holder.__setitem__(place, value)


def _set(node: ast.AST, name: str, value: object) -> Change:
    return lambda: setattr(node, name, value)


def _drop(holder: list[ast.expr] | list[ast.keyword], place: int) -> Change:
    return lambda: holder.__delitem__(place)


def _drop_both(keys: list[ast.expr | None], values: list[ast.expr], place: int) -> Change:
    def change() -> None:
        del keys[place], values[place]

    return change


def _become(node: ast.UnaryOp, other: ast.expr) -> Change:
    """Let the sign answer for what it stood before: twice not is as good as nothing, and keeps the tree's shape."""
    return lambda: setattr(node, "operand", ast.UnaryOp(copy.copy(node.op), other))
