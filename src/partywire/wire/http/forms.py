"""Forms: which parameters an operation takes, and how their bytes become values.

Source: sections "Request body parameters" of the official documents. Keys are CamelCase, nested
names are joined by dots, a list repeats its key. Unknown parameters are ignored.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from partywire.errors import BadRequest, NotImplementedYet
from partywire.wire.http.fields import OMITTED, Each, Read

_MOST_PARAMETERS: Final = 1000

Values = dict[str, Any]


class Parameters(dict[str, str]):
    """What was sent: each name with its value, a repeated one with its last.

    Args:
        pairs: names and values in the order in which they came.
    """

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = list(pairs)
        super().__init__(self._pairs)

    def every(self, name: str) -> list[str]:
        """All values of this name, in the order in which they came."""
        return [value for each, value in self._pairs if each == name]


def parse(data: bytes) -> Parameters:
    """The parameters of a form body or query string.

    Raises:
        BadRequest: it is not UTF-8, has too many parameters, or holds a NUL character.
    """
    if not data:
        return Parameters()
    try:
        text = data.decode()
        pairs = _escaped(text) if b"%" in data or b"+" in data else _plain(text)
    except UnicodeDecodeError:
        raise BadRequest("Parameters must be UTF-8") from None
    except ValueError:
        raise BadRequest(f"More than {_MOST_PARAMETERS} parameters") from None
    if b"\0" in data or b"%00" in data:
        # Text without NUL is what every database can store.
        _refuse_nul(pairs)
    return Parameters(pairs)


def _escaped(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)


def _plain(text: str) -> list[tuple[str, str]]:
    """What ``_escaped`` finds where nothing is escaped, for a fraction of the time."""
    parts = text.split("&")
    if len(parts) > _MOST_PARAMETERS:
        raise ValueError
    return [(name, value) for name, _, value in (part.partition("=") for part in parts if part)]


def _refuse_nul(pairs: list[tuple[str, str]]) -> None:
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise BadRequest("Parameters must not contain the NUL character")


class Form:
    """The parameters of one operation.

    Args:
        fields: parameter name to (name of the value, reader of the value); the values of a
            parameter that is read with ``Each`` are all read, of any other only the last.
        not_yet: parameters that are documented but not built yet; sending one answers 501.
    """

    def __init__(
        self, fields: Mapping[str, tuple[str, Read | Each]], not_yet: tuple[str, ...] = ()
    ) -> None:
        self.fields = dict(fields)
        self.not_yet = frozenset(not_yet)

    def read(self, parameters: Parameters) -> Values:
        """The values that were sent, by name.

        Raises:
            BadRequest: a value is malformed; the class is the field's own error.
            NotImplementedYet: a parameter is not built yet.
        """
        values: Values = {}
        for name, text in parameters.items():
            field = self.fields.get(name)
            if field is None:
                if name in self.not_yet and text:
                    raise NotImplementedYet(f"Partywire does not implement {name} yet")
                continue
            reader = field[1]
            value = reader.all(parameters.every(name)) if isinstance(reader, Each) else reader(text)
            if value is not OMITTED:
                values[field[0]] = value
        return values

    def pairs(self, parameters: Parameters) -> list[tuple[str, str]]:
        """What of it this form reads, in its order: of a repeated ``Each`` all, else the last."""
        found: list[tuple[str, str]] = []
        for name, text in parameters.items():
            if name in self.fields:
                repeated = isinstance(self.fields[name][1], Each)
                values = parameters.every(name) if repeated else [text]
                found += [(name, value) for value in values]
        return found
