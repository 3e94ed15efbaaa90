"""Running a program in place of ours, as `python` would run it: a file of source or of bytecode, a
folder or an archive with a `__main__`, a module, code, or what comes by standard input."""

from __future__ import annotations

import builtins
import os
import sys
from functools import partial
from importlib.machinery import BuiltinImporter, SourceFileLoader, SourcelessFileLoader
from types import ModuleType

from paraviz.observe.defaults import compiled
from paraviz.observe.interpreters import CODE, FILE, INPUT, MODULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_DEDENTS = sys.version_info >= (3, 14)
"""Whether `-c` takes code that is indented."""
_SHOWS_CODE = sys.version_info >= (3, 13)
"""Whether tracebacks have the lines of what `-c` ran."""
_BYTECODE_HEAD = 16


def runner(kind: str, target: str, defaults: str = "") -> Callable[[], None]:
    """What runs it. `defaults`: values for parameters of its `main()`, as JSON. Raises ValueError
    where only the interpreter itself can."""
    if kind == CODE:
        return partial(_run_code, target)
    if kind == MODULE:
        return partial(run_module, target)
    if kind == INPUT:
        if os.isatty(0):
            raise ValueError("interactive")
        return _run_input
    assert kind == FILE
    if not os.path.exists(target):
        raise ValueError("no such file")
    if os.path.isdir(target) or _is_archive(target):
        return partial(_run_folder, target)
    return partial(run_file, target, defaults)


def original_line(options: list[str], kind: str, target: str, rest: list[str]) -> list[str]:
    """The command line that plain Python would have got, as in `sys.orig_argv`."""
    named = {CODE: ["-c", target], MODULE: ["-m", target], INPUT: ["-"]}.get(kind, [target])
    return [sys.orig_argv[0], *options, *named, *rest]


def first_word(kind: str, target: str) -> str:
    """What `sys.argv` begins with."""
    return {CODE: "-c", MODULE: "-m", INPUT: "-"}.get(kind, target)


def _is_archive(path: str) -> bool:
    """Whether a file is one that may hold modules. One that cannot be read again is not read."""
    if not os.path.isfile(path):
        return False
    from zipimport import ZipImportError, zipimporter

    try:
        zipimporter(path)
    except ZipImportError:
        return False
    return True


def run_module(name: str) -> None:
    """As `python -m name`."""
    import runpy

    if not sys.flags.safe_path:
        sys.path.insert(0, os.getcwd())
    sys.modules["__main__"] = fresh_main()
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]


def fresh_main() -> ModuleType:
    """A `__main__` that nothing has run in."""
    module = ModuleType("__main__")
    if sys.version_info < (3, 14):
        vars(module)["__annotations__"] = {}
    vars(module)["__builtins__"] = builtins
    return module


def run_file(path: str, defaults: str) -> None:
    """As `python path`."""
    file = os.path.abspath(path)
    # Before its folder is where modules are looked for: those that are ours to use are not there.
    loaded = frozenset(sys.modules)
    code, loader = _compiled(path, file, defaults)
    # It may have its own of that name.
    for name in sys.modules.keys() - loaded:
        sys.modules.pop(name, None)
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    main = fresh_main()
    vars(main).update(__file__=file, __loader__=loader("__main__", file))
    if sys.version_info < (3, 15):
        vars(main)["__cached__"] = None
    sys.modules["__main__"] = main
    exec(code, vars(main))


def _compiled(path: str, file: str, defaults: str) -> tuple[Any, Any]:
    """The program's code and what kind of loader it has; where parameters are given (as JSON), with
    them as the defaults of its `main()`."""
    if path.endswith(".pyc"):
        with open(path, "rb") as opened:
            return _unmarshalled(opened.read()), SourcelessFileLoader
    return compiled(path, file, defaults), SourceFileLoader


def _magic() -> bytes:
    from importlib.util import MAGIC_NUMBER

    return MAGIC_NUMBER


def _unmarshalled(content: bytes) -> Any:
    """The code in a file of bytecode. Raises what the interpreter raises."""
    import marshal

    if content[:4] != _magic():
        raise RuntimeError("Bad magic number in .pyc file")
    return marshal.loads(content[_BYTECODE_HEAD:])


def _run_code(code: str) -> None:
    """As `python -c code`."""
    if _DEDENTS:
        from textwrap import dedent

        code = dedent(code)
    _run_text(code, "<string>")


def _run_input() -> None:
    """As `python -`, or without anything."""
    text = sys.stdin.buffer.read()
    _run_text(text, "<stdin>")


def _run_text(text: Any, file: str) -> None:
    module = fresh_main()
    vars(module)["__loader__"] = BuiltinImporter
    sys.modules["__main__"] = module
    if not sys.flags.safe_path:
        sys.path.insert(0, "")
    code = compile(text, file, "exec", dont_inherit=True)
    if _SHOWS_CODE and isinstance(text, str):
        import linecache

        register: Any = getattr(linecache, "_register_code", None)
        if register is not None:
            register(code, text, file)
    exec(code, vars(module))


def _run_folder(path: str) -> None:
    """As `python path` where that has a `__main__.py`."""
    import runpy

    sys.path.insert(0, path)
    sys.modules["__main__"] = fresh_main()
    runpy._run_module_as_main("__main__", False)  # type: ignore[attr-defined]
