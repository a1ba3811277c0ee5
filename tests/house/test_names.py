"""The same noun has the same name in every layer, and every module has its tests beside it."""

from pathlib import Path

import pytest

from house.source import ROOT, SOURCE, TESTS, called, modules

# Names that say nothing of what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "stuff"}

LAYERS = ("model", "domain", "storage", "wire/http")
NOUNS = {
    "accounts",
    "addresses",
    "bindings",
    "configuration_webhooks",
    "conversations",
    "credentials",
    "handsets",
    "messages",
    "notifications",
    "participant_conversations",
    "participants",
    "receipts",
    "roles",
    "services",
    "user_conversations",
    "users",
    "webhooks",
}
# Nouns that lack a layer: the wire has no operation on accounts; a conversation with participants
# and the two configurations are made of other nouns' rows; messaging bindings are a participant's.
ABSENT = {
    "accounts": {"wire/http"},
    "configuration": {"model", "storage"},
    "conversation_with_participants": {"model", "storage"},
    "messaging_bindings": {"model", "wire/http"},
}
# Marks of the nouns, in the singular too: a module with one of them in its name is about it.
STEMS = {"account", "conversation", "message", "participant", "role", "service", "user"}

# Tested elsewhere: modules that hold nothing but a docstring, and the one that is a command.
TESTED_AS = {"__main__.py": "test_main_module.py"}


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "bench"])
def test_no_module_has_an_empty_name(folder: str) -> None:
    found = {file.stem for file in (ROOT / folder).rglob("*.py")}
    found |= {file.parent.name for file in (ROOT / folder).rglob("*.py")}
    assert not found & EMPTY_NAMES


@pytest.mark.parametrize("layer", LAYERS)
def test_a_noun_has_a_module_of_its_name_in_every_layer(layer: str) -> None:
    found = {file.stem for file in (SOURCE / layer).glob("*.py")}
    nouns = NOUNS | ABSENT.keys()
    assert nouns - found == {noun for noun, layers in ABSENT.items() if layer in layers}
    about = {name for name in found if STEMS & {part.rstrip("s") for part in name.split("_")}}
    assert about <= nouns


def test_no_layer_is_called_services() -> None:
    # "Service" is a noun of the domain.
    assert not [file for file in SOURCE.rglob("services") if file.is_dir()]


def _test_of(file: Path) -> Path:
    place = file.relative_to(SOURCE)
    name = TESTED_AS.get(called(file), f"test_{place.stem.lstrip('_')}.py")
    return TESTS / place.parent / name


def test_every_module_has_its_own_test_module() -> None:
    with_code = [file for file in modules() if file.name != "__init__.py"]
    missing = [called(file) for file in with_code if not _test_of(file).is_file()]
    assert missing == []


def test_a_package_s_init_holds_no_code_that_would_need_tests() -> None:
    # The version, and what a package offers under its own name.
    allowed = ("import ", "from ", "__version__", "__all__", '"', "    ", "]", ")")
    for file in SOURCE.rglob("__init__.py"):
        text = file.read_text()
        assert "def " not in text, called(file)
        assert "class " not in text, called(file)
        code = text.split('"""')[-1].splitlines()
        assert all(not line or line.startswith(allowed) for line in code), called(file)
