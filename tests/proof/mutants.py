"""Small mistakes in policy code, one at a time: what a slip of the hand would do to a condition, a table, a statement.

`mutmut` was looked at: it mutates inside functions that are imported already, and knows neither tables at module level
nor the conditions inside a statement of SQL, where most of this policy stands.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
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
# what a program without its type hints and decorators does not decide
_NO_POLICY = {"annotation", "returns", "decorator_list"}
# what a watched source calls by this name
WATCHER = "__entered__"


class Where(Enum):
    """Where a mistake stands: it tells how the mistake can be made in a program that runs already."""

    FUNCTION = "in the body of a function or method"
    TABLE = "in what is assigned to a name of the module"
    ELSEWHERE = "in a class, a default, a call at module level"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: where it stands, what it is, and the source with it.

    `scope` is the function or class it stands in; `mistake` names it in its file, whatever lines stand above it.
    """

    path: str
    number: int
    line: int
    where: Where
    scope: str
    mistake: str
    source: str

    @property
    def name(self) -> str:
        """What names it on the command line, while the file stays as it is."""
        return f"{self.path}:{self.number}"


def mutants(path: str, text: str | None = None) -> Iterator[Mutant]:
    """Yield every mistake that the file can hold, in the order of its lines."""
    source = (ROOT / path).read_text(encoding="utf-8") if text is None else text
    lines, seen = source.splitlines(), Counter[str]()
    for number in range(len(list(_places(ast.parse(source))))):
        tree = ast.parse(source)
        place = list(_places(tree))[number]
        place.change()
        code = " ".join(lines[place.line - 1].split())
        mistake = f"{place.scope}: {place.what}: {code}" if place.scope else f"{place.what}: {code}"
        seen[mistake] += 1
        if seen[mistake] > 1:
            mistake = f"{mistake} ({seen[mistake]})"
        changed = ast.unparse(ast.fix_missing_locations(tree))
        yield Mutant(path, number, place.line, place.where, place.scope, mistake, changed)


def mutant(name: str) -> Mutant:
    """Return the mistake with this name."""
    path, _colon, number = name.rpartition(":")
    return next(one for one in mutants(path) if one.number == int(number))


def watched(source: str) -> str:
    """Return the source with a call of `WATCHER` at the beginning of each function: it is given the name of the
    outermost function or method, which is the `scope` of the mistakes in it."""
    tree = ast.parse(source)
    _watch(tree, "", inside=False)
    return ast.unparse(ast.fix_missing_locations(tree))


def _watch(node: ast.AST, scope: str, *, inside: bool) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            name = scope if inside else ".".join(filter(None, (scope, child.name)))
            function = isinstance(child, ast.FunctionDef)
            _watch(child, name, inside=inside or function)
            if function:
                child.body.insert(int(ast.get_docstring(child) is not None), *ast.parse(f"{WATCHER}({name!r})").body)
        else:
            _watch(child, scope, inside=inside)


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    where: Where
    scope: str
    what: str
    change: Change


def _places(tree: ast.Module) -> Iterator[_Place]:
    for statement in tree.body:
        assigns = isinstance(statement, ast.Assign | ast.AnnAssign)
        yield from _walk(statement, Where.TABLE if assigns else Where.ELSEWHERE, "")


def _walk(node: ast.AST, where: Where, scope: str) -> Iterator[_Place]:
    if isinstance(node, ast.expr | ast.stmt):
        for what, change in _changes(node):
            yield _Place(node.lineno, where, scope, what, change)
    if isinstance(node, ast.Raise) or _is_told(node):
        return
    named = isinstance(node, ast.ClassDef | ast.FunctionDef) and where is not Where.FUNCTION
    inner = ".".join(filter(None, (scope, node.name))) if named else scope  # type: ignore[attr-defined]
    for field, child in _children(node):
        body = isinstance(node, ast.FunctionDef) and field == "body"
        yield from _walk(child, Where.FUNCTION if body else where, inner)
    for name in ("body", "orelse", "finalbody"):
        inside = where is Where.FUNCTION or isinstance(node, ast.FunctionDef)
        yield from _left_out(getattr(node, name, None) if inside else None, inner)


def _is_told(node: ast.AST) -> bool:
    """Tell whether it is what the trail is told of an act: that is evidence, and decides nothing; so it is with the
    words of a refusal."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    named = [one.value if isinstance(one, ast.Subscript) else one for one in targets]
    return any(getattr(one, "attr", getattr(one, "id", "")) == "details" for one in named)


def _left_out(block: object, scope: str) -> Iterator[_Place]:
    """Yield the refusals and the calls for their own sake of a block: each can be forgotten."""
    if isinstance(block, list):
        for place, statement in enumerate(block):
            if isinstance(statement, ast.Raise):
                yield _Place(
                    statement.lineno, Where.FUNCTION, scope, "refusal left out", _put(block, place, ast.Pass())
                )
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                yield _Place(statement.lineno, Where.FUNCTION, scope, "call left out", _put(block, place, ast.Pass()))


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the parts of the node that can decide something, each with the name of its field."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if field not in _NO_POLICY and isinstance(child, ast.AST):
                yield field, child


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
    if not _turns_by_itself(node.test):
        yield "condition turned round", _set(node, "test", ast.UnaryOp(ast.Not(), node.test))


def _turns_by_itself(test: ast.expr) -> bool:
    """Tell whether another mistake turns the condition round already: *is not* for *is*, *not* left out."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    orders = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and not isinstance(test.ops[0], orders)


def _return(node: ast.Return) -> Iterator[tuple[str, Change]]:
    if isinstance(node.value, ast.Compare | ast.BoolOp):
        yield "answers yes", _set(node, "value", ast.Constant(True))
        yield "answers no", _set(node, "value", ast.Constant(False))


def _dict(node: ast.Dict) -> Iterator[tuple[str, Change]]:
    for place, key in enumerate(node.keys):
        if key is not None:
            yield f"entry {ast.unparse(key)} left out", _drop_both(node.keys, node.values, place)


def _set_display(node: ast.Set | ast.Tuple) -> Iterator[tuple[str, Change]]:
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return
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


def _put(holder: list[Any], place: int, value: ast.AST) -> Change:
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
