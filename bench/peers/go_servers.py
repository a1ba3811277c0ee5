"""Tinode and WuKongIM: chat servers in Go, where their modules can be had."""

import os
import shutil
import subprocess
import tempfile

from bench.track import NotMeasured, say

MODULES = {
    "Tinode": "github.com/tinode/chat/server@latest",
    "WuKongIM": "github.com/WuKongIM/WuKongIM@latest",
}
SECONDS = 60


def tried(name: str) -> None:
    """Asks for the module.

    Raises:
        NotMeasured: always, with the reason: nobody has been able to get one so far, so no load
            has been written for either.
    """
    go = shutil.which("go")
    if go is None:
        raise NotMeasured("there is no Go here")
    say(f"looking for {name}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [go, "mod", "download", MODULES[name]],
                env={**os.environ, "GOPATH": folder, "GOFLAGS": "-modcacherw"},
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise NotMeasured("the module proxy did not answer") from error
    if done.returncode:
        raise NotMeasured(f"the module proxy does not have {MODULES[name]}")
    raise NotMeasured("its module can be had here, but no load has been written for it yet")
