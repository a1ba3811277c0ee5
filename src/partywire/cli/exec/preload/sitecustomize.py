"""Runs first in every Python that `partywire exec` starts: lets aiohttp see the proxy.

The official library's asynchronous client makes aiohttp sessions that read no proxy variable, and
would go past the proxy to the real service. Sessions now read them unless told otherwise.
"""

import importlib
import importlib.util
import sys
from pathlib import Path


class _WhenAiohttpComes:
    """A finder that finds nothing but changes one default of aiohttp once it is loaded."""

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002
        """Finds ``aiohttp.client`` as the other finders would, with a step added to its loader."""
        if name != "aiohttp.client":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def load_and_change(module):
            load(module)
            module.ClientSession.__init__.__kwdefaults__["trust_env"] = True

        spec.loader.exec_module = load_and_change
        return spec


def _run_the_next() -> None:
    """Runs the ``sitecustomize`` that would have run without us."""
    here = Path(__file__).parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here.resolve()]
    ours = sys.modules.pop(__name__)
    try:
        importlib.import_module(__name__)
    except ImportError:
        sys.modules[__name__] = ours


sys.meta_path.insert(0, _WhenAiohttpComes())
if __name__ == "sitecustomize":
    _run_the_next()
