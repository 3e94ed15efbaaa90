"""A whole program, as it is: compiled once, run as `__main__` from its begin in every execution."""

from __future__ import annotations

import atexit
import builtins
import importlib.machinery
import io
import itertools
import os
import sys
import threading
import types

from paraviz.schedule.inside import install, own, pure, streams, tracing
from paraviz.schedule.inside.engine import Engine
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.threads import wait_for_end
from paraviz.schedule.inside.worker import Abort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any


class Leave(Abort):
    """The program called `os._exit`."""


class Program:
    """What is explored."""

    def __init__(self, path: str, module: str, values: str, arguments: Sequence[str]) -> None:
        """`values`: defaults of its `main()` to replace, as JSON, or ""."""
        self.path, self.module = path, module
        self.file = os.path.abspath(path) if path else ""
        self.values = values
        self.arguments = list(arguments)
        self.code: CodeType | None = None
        self.folder = os.path.dirname(os.path.realpath(path)) if path else os.getcwd()
        own.set_program(self.file or self.folder)
        self.before: set[str] = set()
        self.main_names: dict[str, Any] = {}
        self.real = (sys.stdout, sys.stderr, sys.stdin, sys.argv, sys.modules["__main__"])

    def load(self) -> None:
        """Compile it, and know what is its own. Raises what is wrong with it."""
        _watch_loading()
        tracing.provide()
        os._exit = _leave  # type: ignore[assignment]
        if self.file:
            from paraviz.observe.defaults import parsed

            with open(self.path, "rb") as opened:
                tree = parsed(opened.read(), self.file, self.values)
            code = compile(tree, self.file, "exec", dont_inherit=True)
            self.code = pure.quickened(tree, code, self.file)
            tracing.register(self.code)
        if not sys.flags.safe_path:
            sys.path.insert(0, self.folder)
        self.before = set(sys.modules)

    def freshen(self) -> None:
        """Forget what an execution before left behind."""
        for name in sys.modules.keys() - self.before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and own.is_own(file):
                del sys.modules[name]
        threads: Any = threading
        threads._threading_atexits = []
        threads._counter = itertools.count(1).__next__
        threads.excepthook = threads.__excepthook__
        atexit._clear()
        pools: Any = sys.modules.get("concurrent.futures.thread")
        if pools is not None:
            pools._shutdown = False
            pools._threads_queues.clear()
            pools.ThreadPoolExecutor._counter = itertools.count().__next__
            threads._register_atexit(pools._python_exit)
        install.begin_anew()
        streams.OUT.clear()
        streams.ERRORS.clear()

    def run(self, engine: Engine) -> None:
        """All that the main thread does."""
        sys.stdout, sys.stderr = streams.OUT, streams.ERRORS
        sys.stdin = io.StringIO("")
        sys.argv = [self.file, *self.arguments]
        engine.exit_code = 0
        try:
            self._run_main()
        except SystemExit as error:
            engine.exit_code = _code_of(error)
        except Leave:
            raise
        except Abort:
            raise
        except BaseException as error:
            if engine.is_over:
                raise Abort from None
            engine.exit_code = 1
            engine.error = error
        try:
            shut_down(engine)
        except Abort:
            raise
        except BaseException as error:
            if engine.is_over:
                raise Abort from None
            engine.raised.append(("MainThread", error))

    def _run_main(self) -> None:
        if self.code is None:
            self._run_module()
            return
        main = types.ModuleType("__main__")
        if sys.version_info < (3, 14):
            vars(main)["__annotations__"] = {}
        loader = importlib.machinery.SourceFileLoader("__main__", self.file)
        vars(main).update(__file__=self.file, __builtins__=builtins, __loader__=loader)
        if sys.version_info < (3, 15):
            vars(main)["__cached__"] = None
        self.main_names = vars(main)
        sys.modules["__main__"] = main
        exec(self.code, vars(main))

    def _run_module(self) -> None:
        """As `python -m` does."""
        import runpy

        main = types.ModuleType("__main__")
        vars(main)["__builtins__"] = builtins
        self.main_names = vars(main)
        sys.modules["__main__"] = main
        run: Any = runpy
        run._run_module_as_main(self.module)

    def leave(self) -> None:
        """Have our own streams back."""
        sys.stdout, sys.stderr, sys.stdin, sys.argv, sys.modules["__main__"] = self.real


def _code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


real_exit = os._exit


def _leave(code: int) -> None:
    """`os._exit`: it is over at once."""
    from paraviz.schedule.inside.engine import running

    engine = running()
    if engine is None:
        real_exit(code)
        return
    engine.exit_code = code
    engine.ended("ok")
    engine.is_over = True
    raise Leave


def shut_down(engine: Engine) -> None:
    """What an interpreter does when its main thread has ended: executors end, threads that are no
    daemons are waited for, then what was registered is called."""
    threads: Any = threading
    for function in reversed(list(threads._threading_atexits)):
        function()
    while True:
        worker = next(
            (
                each
                for each in engine.workers[1:]
                if not each.done and each.thread is not None and not each.thread.daemon
            ),
            None,
        )
        if worker is None:
            break
        wait_for_end(engine, worker)
    if len(engine.live) > 1:
        # Daemons may still do something, or not.
        engine.stop(("exit", streams.OUT, None, "end of the program"))
    atexit._run_exitfuncs()


def _watch_loading() -> None:
    """Modules of the program's own are stepped through, too."""
    kind: Any = importlib.machinery.SourceFileLoader
    if getattr(kind, "_is_watched", False):
        return
    original = kind.get_code

    def get_code(self: Any, name: str) -> Any:
        code = original(self, name)
        if code is not None and own.is_own(code.co_filename):
            tracing.register(code)
        return code

    kind.get_code = get_code
    kind._is_watched = True


__all__ = ["KNOWN", "Leave", "Program", "shut_down"]
