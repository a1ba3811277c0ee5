"""Load: wrk against loopback, bounded in time."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

from bench.servers import LAST_CORE


class Request(Struct, frozen=True):
    """What is sent over and over."""

    path: str
    authorization: str
    form: str | None = None


def basic(username: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def find_wrk() -> str:
    """The load generator, installed from the system's packages where that can be done."""
    found = shutil.which("wrk")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "wrk"], check=False, **quiet)
        found = shutil.which("wrk")
    if found is None:
        sys.exit("make bench needs wrk: install it with the system's package manager")
    return found


def _script(request: Request, folder: Path) -> Path:
    lines = [f'wrk.headers["Authorization"] = "{request.authorization}"']
    if request.form is not None:
        lines += [
            'wrk.method = "POST"',
            'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"',
            f'wrk.body = "{request.form}"',
        ]
    script = folder / "request.lua"
    script.write_text("\n".join(lines))
    return script


def rate(
    wrk: str, url: str, request: Request, connections: int, seconds: float, folder: Path
) -> float:
    """Requests per second. Exits if any answer was not a success."""
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_script(request, folder))]
    done = subprocess.run(
        ["taskset", "-c", str(LAST_CORE), *command, url + request.path],
        check=True,
        capture_output=True,
        text=True,
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"the load met errors:\n{done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
