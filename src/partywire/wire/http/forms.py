"""Forms: which parameters an operation takes, and how their bytes become values.

Source: sections "Request body parameters" of the official documents. Keys are CamelCase, nested
names are joined by dots, a list repeats its key. Unknown parameters are ignored.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from partywire.errors import BadRequest, NotImplementedYet
from partywire.wire.http.fields import OMITTED, Read

_MOST_PARAMETERS: Final = 1000

Parameters = dict[str, str]
Values = dict[str, Any]


def parse(data: bytes) -> Parameters:
    """The parameters of a form body or query string; of a repeated key, the last value.

    Raises:
        BadRequest: it is not UTF-8, has too many parameters, or holds a NUL character.
    """
    if not data:
        return {}
    try:
        pairs = parse_qsl(
            data.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise BadRequest("Parameters must be UTF-8") from None
    except ValueError:
        raise BadRequest(f"More than {_MOST_PARAMETERS} parameters") from None
    parameters = dict(pairs)
    if b"\0" in data or b"%00" in data:
        # Text without NUL is what every database can store.
        _refuse_nul(parameters)
    return parameters


def _refuse_nul(parameters: Parameters) -> None:
    for name, value in parameters.items():
        if "\0" in name or "\0" in value:
            raise BadRequest("Parameters must not contain the NUL character")


class Form:
    """The parameters of one operation.

    Args:
        fields: parameter name to (name of the value, reader of the value).
        not_yet: parameters that are documented but not built yet; sending one answers 501.
    """

    def __init__(
        self, fields: Mapping[str, tuple[str, Read]], not_yet: tuple[str, ...] = ()
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
            value = field[1](text)
            if value is not OMITTED:
                values[field[0]] = value
        return values
