"""Where the runtime lies in processes of this Python and of others; files that are damaged."""

from __future__ import annotations

import ctypes
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.kernel.elf import symbol_in
from paraviz.kernel.runtime import others_of, runtime_of
from tests.pythons import others

TELLS = """
import ctypes, sys
print(ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime")), flush=True)
sys.stdin.read()
"""
PYTHONS = [sys.executable, *others().values()]
linux = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc here")


@linux
@pytest.mark.parametrize("python", PYTHONS)
def test_where_the_runtime_lies(python: str) -> None:
    command = [python, "-c", TELLS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        said = process.stdout.readline()
        found = runtime_of(process.pid)
        process.stdin.close()
    if not said:
        pytest.skip("this Python does not tell where its runtime lies")
    assert found is not None and found.start == int(said)
    assert 10_000 < len(found) < 10_000_000


MAKES = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
made = [interpreters.create() for _ in range(2)]
print(sys.version_info >= (3, 13), flush=True)
sys.stdin.read()
"""


@linux
@pytest.mark.parametrize("python", PYTHONS)
def test_where_further_interpreters_lie(python: str) -> None:
    """What they wait for in there is a GIL. Before 3.13 nothing tells where that is."""
    command = [python, "-c", MAKES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        is_told = process.stdout.readline() == b"True\n"
        runtime = runtime_of(process.pid)
        assert runtime is not None
        found = others_of(process.pid, runtime)
        process.stdin.close()
    assert len(found) == (2 if is_told else 0)
    assert all(10_000 < len(each) < 10_000_000 and each.start not in runtime for each in found)


@linux
def test_what_is_no_python_has_none() -> None:
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as process:
        assert runtime_of(process.pid) is None


@linux
def test_whoever_has_ended_may_not_be_looked_at() -> None:
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    with pytest.raises(OSError):
        runtime_of(ended.pid)


def _file_with_runtime() -> bytes:
    """The file that this process has its runtime from."""
    if not Path("/proc/self/maps").exists():
        pytest.skip("there is no /proc here")
    library = {
        line.split()[-1]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if "libpython" in line
    }
    return Path(*library or [os.path.realpath(sys.executable)]).read_bytes()


def test_a_symbol_in_a_file() -> None:
    whole = _file_with_runtime()
    found = symbol_in(io.BytesIO(whole), b"_PyRuntime")
    if found is None:
        pytest.skip("this file has another form")
    symbol = ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime")
    running = runtime_of(os.getpid())
    assert running is not None
    assert (running.start, len(running)) == (ctypes.addressof(symbol), found.size)
    assert symbol_in(io.BytesIO(whole), b"_PyRuntim") is None
    assert symbol_in(io.BytesIO(whole), b"PyRuntime") is None


@pytest.mark.parametrize("damage", ["empty", "text", "head", "half", "ones"])
def test_a_damaged_file_has_none(damage: str) -> None:
    whole = _file_with_runtime()
    content = {
        "empty": b"",
        "text": b"#!/bin/sh\n",
        "head": whole[:64],
        "half": whole[: len(whole) // 2],
        "ones": whole[:16] + b"\xff" * 200,
    }[damage]
    assert symbol_in(io.BytesIO(content), b"_PyRuntime") is None
