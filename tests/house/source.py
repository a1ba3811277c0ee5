"""The project's own source, as files and as syntax."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "partywire"
TESTS = ROOT / "tests"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(layer: str = "") -> list[Path]:
    """The modules of a layer, or of all."""
    return sorted((SOURCE / layer).rglob("*.py"))


def called(file: Path) -> str:
    """The module as the project calls it: ``wire/http/users.py``."""
    return file.relative_to(SOURCE).as_posix()


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Every function and method, by its name with the classes around it."""

    def inside(node: ast.AST, path: tuple[str, ...]) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, Function | ast.ClassDef)
            below = (*path, child.name) if named else path  # type: ignore[attr-defined]
            if isinstance(child, Function):
                yield ".".join(below), child
            yield from inside(child, below)

    yield from inside(tree, ())
