"""Files and functions stay short enough to be read at once; what does not is named here."""

import ast

from house.source import Function, called, functions, modules

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40

# One table of all errors, read by looking up and not from top to bottom.
LONG_FILES = {"errors.py"}
LONG_FUNCTIONS: set[str] = set()


def length(function: Function) -> int:
    """How many lines the function has, its docstring and decorators aside."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_every_file_is_short_or_named_here() -> None:
    lengths = {called(file): len(file.read_text().splitlines()) for file in modules()}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES}.keys() == LONG_FILES


def test_every_function_is_short_or_named_here() -> None:
    lengths = {
        f"{called(file)}:{name}": length(function)
        for file in modules()
        for name, function in functions(ast.parse(file.read_text()))
    }
    assert len(lengths) > 300
    long = {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_FUNCTION}
    assert long.keys() == LONG_FUNCTIONS, long


def test_a_function_is_measured_without_its_docstring() -> None:
    lines = [
        "class A:",
        "    @cached",
        "    async def f(",
        "        x,",
        "    ):",
        '        """One.',
        "",
        "        Two.",
        '        """',
        "        return x",
    ]
    ((name, function),) = functions(ast.parse("\n".join(lines)))
    assert (name, length(function)) == ("A.f", 4)
