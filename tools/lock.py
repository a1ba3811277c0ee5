"""Writes the lock files: every dependency's version and hashes, and no address of anybody.

Needs `uv` on the PATH (pip install uv).
"""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet"),
]

for name, more in (("run", []), ("dev", ["--group", "dev"])):
    subprocess.run([*COMPILE, *more, "-o", f"requirements/{name}.txt"], cwd=ROOT, check=True)
