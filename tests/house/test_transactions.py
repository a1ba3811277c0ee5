"""Nothing slow is awaited inside a transaction: others wait for their turn (decisions/0003).

Inside, a use-case awaits only what is handed the transaction itself: storage, and functions of
the domain, which are held to the same rule for the whole of their body.
"""

import ast
from collections.abc import Iterator

import pytest

from house.source import called, functions, modules

HANDED = {"transaction", "reader"}  # parameters that put a function under the rule
# Where such functions live, besides the module itself; storage is imported under several names.
DOMAIN = {
    "attachments",
    "authors",
    "conversations",
    "drafts",
    "events",
    "inbound",
    "joining",
    "messages",
    "messaging_bindings",
    "participants",
    "presences",
    "removals",
    "roles",
    "services",
    "timers",
    "users",
    "webhooks",
}


def _opened_as(node: ast.AST) -> str | None:
    """The name that ``async with ….transaction() as NAME`` gives."""
    if not isinstance(node, ast.AsyncWith):
        return None
    for item in node.items:
        call = item.context_expr
        opens = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if opens and call.func.attr == "transaction":  # type: ignore[union-attr,attr-defined]
            assert isinstance(item.optional_vars, ast.Name), "a transaction without a name"
            return item.optional_vars.id
    return None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else "?"


def _is_quick(awaited: ast.expr, names: set[str], places: set[str]) -> bool:
    """Whether it is a call, in a known place, that uses the transaction."""
    if not isinstance(awaited, ast.Call):
        return False
    if _root(awaited.func) in names:
        return True
    handed = any(isinstance(one, ast.Name) and one.id in names for one in awaited.args)
    return handed and _root(awaited.func) in places


def _slow(body: list[ast.stmt], names: set[str], places: set[str]) -> Iterator[int]:
    """The lines inside that await anything else, or open something of their own."""
    for node in (node for statement in body for node in ast.walk(statement)):
        opens = isinstance(node, ast.AsyncWith | ast.AsyncFor)
        slow = isinstance(node, ast.Await) and not _is_quick(node.value, names, places)
        if opens or slow:
            yield node.lineno  # type: ignore[attr-defined]


def violations(tree: ast.Module) -> list[int]:
    """The lines of a module that break the rule."""
    stores = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "partywire.storage"
        for alias in node.names
    }
    defined = dict(functions(tree))
    places = stores | DOMAIN | set(defined)
    found: set[int] = set()
    for function in defined.values():
        handed = HANDED & {argument.arg for argument in function.args.args}
        if handed:
            found.update(_slow(function.body, handed, places))
    for node in ast.walk(tree):
        name = _opened_as(node)
        if name is not None:
            found.update(_slow(node.body, {name}, places))  # type: ignore[attr-defined]
    return sorted(found)


@pytest.mark.parametrize("file", modules("domain"), ids=called)
def test_inside_a_transaction_only_the_transaction_is_awaited(file: object) -> None:
    assert violations(ast.parse(file.read_text())) == []  # type: ignore[attr-defined]


def test_the_rule_finds_the_transactions() -> None:
    texts = [file.read_text() for file in modules("domain")]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    assert len([node for node in nodes if _opened_as(node)]) > 15


@pytest.mark.parametrize(
    "line",
    [
        "await asyncio.sleep(1)",
        "await asyncio.sleep(transaction)",
        "await http.post(url)",
        "await call.gate(transaction)",
        "await gate",
        "await store.page(call.database, sid)",
        "await conversations.fetch(call, sid)",
        "await resolve(call, sid)",
        "x = [await store.add(transaction, await http.get(url))]",
        "async with call.database.transaction() as other: pass",
        "async for one in http.stream(): pass",
    ],
)
def test_a_violation_is_caught(line: str) -> None:
    imports = "from partywire.storage import users as store\n"
    resolve = "async def resolve(call, key): pass\n"
    inside = f"async with call.database.transaction() as transaction:\n        {line}"
    opened = f"{imports}{resolve}async def act(call):\n    {inside}\n"
    assert violations(ast.parse(opened)) == [5]
    handed = f"{imports}{resolve}async def act(call, transaction):\n    {line}\n"
    assert violations(ast.parse(handed)) == [4]


@pytest.mark.parametrize(
    "line",
    [
        "await store.add(transaction, thing)",
        "await transaction.run(statement)",
        "await events.append(call, transaction, kind, thing)",
        "await act(call, transaction)",
    ],
)
def test_what_is_handed_the_transaction_passes(line: str) -> None:
    imports = "from partywire.storage import users as store\n"
    text = f"{imports}async def act(call, transaction):\n    {line}\n"
    assert violations(ast.parse(text)) == []
