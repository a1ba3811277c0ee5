"""Debian's Chromium, wherever it is."""

from __future__ import annotations

import os
import shutil
import subprocess

_SECONDS = 600
_GET = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]


class Unavailable(Exception):
    """Why no browser can run here."""


def found() -> str:
    """The path of Chromium.

    Raises:
        Unavailable: there is none, and it cannot be installed.
    """
    path = shutil.which("chromium") or _installed()
    if path is None:
        raise Unavailable("there is no chromium on this machine")
    return path


def _installed() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            subprocess.run(
                [*_GET, *arguments],
                env=variables,
                check=True,
                capture_output=True,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Unavailable(f"Chromium cannot be installed: {error}") from error
    return shutil.which("chromium")
