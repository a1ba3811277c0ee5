"""Proofs: a test shows a parameter only if it fails without it."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "fidelity"
USERS = "POST /v1/Users"

# The same hook as in tests/conftest.py.
CONFTEST = """
import evidence, pytest

RECORDER = evidence.recorder()

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with RECORDER.during(item.nodeid.partition("[")[0]):
        return (yield)
"""
TESTS = """
import httpx, pytest
from urllib.parse import parse_qsl

def posted(**form):
    def echo(request):
        return httpx.Response(201, json=dict(parse_qsl(request.content.decode())))
    with httpx.Client(transport=httpx.MockTransport(echo)) as http:
        return http.post("http://bench/v1/Users", data=form).json()

def test_a_friendly_name_may_be_sent():
    posted(FriendlyName="Ada", Identity="ada")

@pytest.mark.parametrize("name", ["Ada", "Eve"])
def test_what_is_sent_comes_back(name):
    assert posted(FriendlyName=name, Attributes="{}")["FriendlyName"] == name

def test_fails_whatever_is_sent():
    posted(RoleSid="RL1")
    raise ValueError
"""


@pytest.fixture
def proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, at work on tests of its own."""
    monkeypatch.setattr(sys, "path", [str(TOOL), *sys.path])
    # The plugins take longer to start than the tests to run.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT / 'tests'}\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(CONFTEST)
    (tmp_path / "tests" / "test_users.py").write_text(TESTS)
    module = import_module("proof")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def line(test: str, sent: str) -> str:
    return (
        f'{{"test": "tests/test_users.py::{test}", "operation": "{USERS}", "sent": {sent},'
        ' "status": 201, "code": 0, "message": ""}'
    )


LINES = [
    line("test_a_friendly_name_may_be_sent", '["FriendlyName", "Identity"]'),
    line("test_what_is_sent_comes_back", '["Attributes", "FriendlyName"]'),
    line("test_fails_whatever_is_sent", '["RoleSid"]'),
]


def test_only_a_test_that_fails_without_the_parameter_is_a_proof(proof: ModuleType) -> None:
    gathered, claims = import_module("gathered"), import_module("claims")
    users = [it for it in claims.claims() if it.key == USERS]
    found = proof.prove(users, gathered.Evidence(LINES), {})
    assert found == {f"{USERS} FriendlyName": "tests/test_users.py::test_what_is_sent_comes_back"}


def test_a_proof_stands_as_long_as_its_test_sends_the_parameter(proof: ModuleType) -> None:
    gathered, claims = import_module("gathered"), import_module("claims")
    users = [it for it in claims.claims() if it.key == USERS]
    sends, gone = "tests/test_users.py::test_a_friendly_name_may_be_sent", "tests/gone.py::test"
    before = {f"{USERS} Identity": sends, f"{USERS} RoleSid": gone}
    found = proof.prove(users, gathered.Evidence(LINES[:1]), before)
    assert found == {f"{USERS} Identity": sends}
