"""Load: wrk against loopback, bounded in time."""

import base64
import re
import subprocess
import time
import urllib.request
from pathlib import Path

from msgspec import Struct

from bench.servers import LAST_CORE

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Target(Struct, frozen=True):
    """One path and what is sent there; ``{n}`` becomes a number that is never sent twice."""

    path: str
    body: str | None = None

    @property
    def varies(self) -> bool:
        return "{n}" in self.path + (self.body or "")


class Request(Struct, frozen=True):
    """What is sent over and over: its targets in turn."""

    targets: tuple[Target, ...]
    authorization: str
    method: str = "GET"
    content_type: str = FORM
    headers: tuple[tuple[str, str], ...] = ()


class LoadFailed(Exception):
    """The load met errors, so that its rate says nothing."""


def basic(username: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def get(authorization: str, *paths: str) -> Request:
    """A request that reads."""
    return Request(tuple(Target(path) for path in paths), authorization)


def post(authorization: str, body: str, *paths: str, content_type: str = FORM) -> Request:
    """A request that writes the same to each path."""
    targets = tuple(Target(path, body) for path in paths)
    return Request(targets, authorization, "POST", content_type)


def send(url: str, request: Request, target: Target) -> bytes:
    """Sends it once; returns the body of the answer.

    Raises:
        OSError: the answer is no success.
    """
    asked = urllib.request.Request(
        url + target.path,
        data=None if target.body is None else target.body.encode(),
        headers={
            "Authorization": request.authorization,
            "Content-Type": request.content_type,
            **dict(request.headers),
        },
        method=request.method,
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.read()


def _quoted(text: str | None) -> str:
    return "nil" if text is None else f"[==[{text}]==]"


# Sends the targets in turn, each filled with a fresh number.
_IN_TURN = """
local turn = 0
local function filled(text)
  return text and (text:gsub("{n}", prefix .. turn))
end
function request()
  turn = turn + 1
  local target = targets[turn % #targets + 1]
  return wrk.format(nil, filled(target[1]), nil, filled(target[2]))
end
"""

# wrk itself only knows how to stop by time, and divides by that time; Lua's own clocks tell CPU
# time or whole seconds.
_AT_MOST = """
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds, nanoseconds; } instant;
  int clock_gettime(int, instant *);
]]
local function now()
  local read = ffi.new("instant")
  ffi.C.clock_gettime(1, read)
  return tonumber(read.seconds) + tonumber(read.nanoseconds) / 1e9
end
local answered, began = 0, nil
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() began = now() end
function response()
  answered = answered + 1
  count, took = answered, now() - began
  if answered >= most then wrk.thread:stop() end
end
function done()
  for _, thread in ipairs(threads) do
    print("Requests/sec: " .. (thread:get("count") or 0) / (thread:get("took") or 1))
  end
end
"""


def script(request: Request, most: int | None = None) -> str:
    """The request as a program for wrk, which stops after ``most`` answers."""
    lines = [
        f'wrk.method = "{request.method}"',
        f"wrk.headers.Authorization = {_quoted(request.authorization)}",
        f'wrk.headers["Content-Type"] = "{request.content_type}"'
        if request.method != "GET"
        else "",
    ]
    lines += [f'wrk.headers["{name}"] = {_quoted(value)}' for name, value in request.headers]
    if len(request.targets) == 1 and not request.targets[0].varies:
        # wrk puts it together once, and spends nothing on it while measuring.
        target = request.targets[0]
        lines += [f"wrk.path = {_quoted(target.path)}", f"wrk.body = {_quoted(target.body)}"]
    else:
        pairs = (f"{{{_quoted(each.path)}, {_quoted(each.body)}}}" for each in request.targets)
        lines += [f"local targets = {{{', '.join(pairs)}}}"]
        lines += [f'local prefix = "{time.time_ns()}"', _IN_TURN]
    lines += [] if most is None else [f"local most = {most}", _AT_MOST]
    return "\n".join(lines)


def rate(
    wrk: str,
    url: str,
    request: Request,
    connections: int,
    seconds: float,
    folder: Path,
    *,
    most: int | None = None,
    core: int | None = LAST_CORE,
) -> float:
    """Requests per second.

    Args:
        wrk: the program.
        url: scheme, host and port.
        request: what is sent.
        connections: how many are kept busy.
        seconds: how long.
        folder: where the script goes.
        most: stop after so many answers, and count the time up to the last one.
        core: where wrk runs; None leaves that to the system.

    Raises:
        LoadFailed: an answer was not a success, or a connection broke.
    """
    file = folder / "request.lua"
    file.write_text(script(request, most))
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    # wrk takes whole seconds, and by itself waits for two for an answer.
    bounded = [f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
    done = subprocess.run(
        [*pinned, wrk, "-t1", *bounded, "-s", str(file), url],
        check=False,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    found = re.findall(r"Requests/sec:\s+([\d.]+)", said)
    if done.returncode or not found or "Non-2xx" in said or "Socket errors" in said:
        raise LoadFailed(f"the load on {request.targets[0].path} met errors: {said[-500:]}")
    measured = float(found[-1])
    if not measured:
        raise LoadFailed(f"not one answer in {seconds} s")
    return measured
