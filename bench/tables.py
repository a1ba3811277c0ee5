"""What the bench prints: tables of Markdown, with a bound that was missed marked NO."""

from msgspec import Struct


class Row(Struct, frozen=True):
    """One line of a table; ``met`` is None where nothing is demanded."""

    cells: tuple[str, ...]
    met: bool | None = None


class Table(Struct, frozen=True):
    """A table under its title.

    Attributes:
        title: its heading.
        head: the columns' names; the verdict's column comes on top.
        rows: its lines; a line that could not be measured says so in its second cell.
        notes: what a reader must know to judge the figures; Markdown.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: str = ""

    @property
    def judged(self) -> bool:
        """Whether any line has a bound."""
        return any(row.met is not None for row in self.rows)

    def markdown(self) -> str:
        """The whole section."""
        head = (*self.head, "met") if self.judged else self.head
        marks = ["---"] + ["---:"] * (len(self.head) - 1) + ["---"] * self.judged
        lines = [f"## {self.title}", ""]
        lines += [self.notes, ""] if self.notes else []
        lines += ["| " + " | ".join(head) + " |", "|" + "|".join(marks) + "|"]
        lines += ["| " + " | ".join(self._cells(row)) + " |" for row in self.rows]
        return "\n".join(lines) + "\n"

    def _cells(self, row: Row) -> list[str]:
        cells = [cell.replace("|", "\\|") for cell in row.cells]
        cells += [""] * (len(self.head) - len(cells))
        verdict = {None: "", True: "yes", False: "NO"}[row.met]
        return [*cells, verdict] if self.judged else cells


def per_second(rate: float) -> str:
    """A rate as the tables show it."""
    return f"{rate:,.0f}/s" if rate >= 100 else f"{rate:,.1f}/s"


BEGIN, END = "<!-- printed by make bench -->", "<!-- the end of what make bench printed -->"


def pasted(page: str, body: str) -> str:
    """The page with its figures replaced by these.

    Raises:
        ValueError: it does not say where they stand.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return f"{before}{begin}\n\n{body.strip()}\n\n{end}{after}"


def counted(number: int, what: str) -> str:
    """So many of them, in the singular where it is one."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def not_measured(what: str, why: object, *, met: bool | None = None) -> Row:
    """The line of something that could not be had, or (not ``met``) should have been."""
    return Row((what, f"not measured: {' '.join(str(why).split())}"), met)
