"""A program run again and again as it is, not under control: each run is a fork of a process that
has it compiled. Started by path, standard library only.

    python real.py '{"path": …}' DESCRIPTOR
"""

from __future__ import annotations

import atexit
import io
import json
import os
import select
import signal
import sys
import tempfile
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    Told = dict[str, Any]

_FIRST_S = 3.0
"""How long the first runs may take before they are taken to hang."""
_LEAST_S = 0.5
_KEPT = 1 << 20
_MOST_EVENTS = 400


class Runs:
    """Runs it as often as was asked for, or as time allows."""

    def __init__(self, order: Told, descriptor: int) -> None:
        self.order, self.descriptor = order, descriptor
        self.began = time.monotonic()
        self.longest = 0.0
        self.file = os.path.abspath(order["path"]) if order["path"] else ""
        self.code: CodeType | None = None
        self.modules = self._compiled()

    def _compiled(self) -> set[str]:
        """Have it compiled; the names of modules that are no news to a run."""
        if self.file:
            from paraviz.observe.defaults import compiled

            self.code = compiled(self.order["path"], self.file, self.order["values"])
            folder = os.path.dirname(os.path.realpath(self.file))
        else:
            folder = os.getcwd()
        if not sys.flags.safe_path:
            sys.path.insert(0, folder)
        sys.argv = [self.file, *self.order["arguments"]]
        return set(sys.modules)

    def run(self) -> None:
        """All of them."""
        limit = self.began + self.order["time_limit_s"]
        for number in range(self.order["runs"]):
            if number and time.monotonic() > limit:
                break
            self._tell(self._once())
        self._tell({"done": True})

    def _tell(self, message: Told) -> None:
        data = json.dumps(message).encode() + b"\n"
        at = 0
        while at < len(data):
            at += os.write(self.descriptor, data[at:])

    def longest_s(self) -> float:
        """How long a run may take before it is taken to hang."""
        return _FIRST_S if not self.longest else max(_LEAST_S, 20 * self.longest)

    def _once(self) -> Told:

        begin = time.monotonic()
        read_end, write_end = os.pipe()
        with tempfile.TemporaryFile() as output:
            child = os.fork()
            if child == 0:
                os.close(read_end)
                os.setpgid(0, 0)
                self._in_child(output.fileno(), write_end)
            os.close(write_end)
            told, hangs = self._listen(read_end, begin + self.longest_s())
            if hangs:
                for kill in (os.killpg, os.kill):
                    try:
                        kill(child, signal.SIGKILL)
                    except OSError:
                        pass
            _pid, status = os.waitpid(child, 0)
            try:
                # What it left running.
                os.killpg(child, signal.SIGKILL)
            except OSError:
                pass
            output.seek(0)
            text = output.read(_KEPT).decode(errors="replace")
        if not hangs:
            self.longest = max(self.longest, time.monotonic() - begin)
        code = None if hangs else os.waitstatus_to_exitcode(status)
        return {
            "output": text,
            "hangs": hangs,
            "exit_code": code,
            "raised": [],
            "events": [],
            **told,
        }

    def _listen(self, read_end: int, until: float) -> tuple[Told, bool]:
        """What a run tells of itself, and whether it came to no end."""
        held = b""
        with open(read_end, "rb", buffering=0) as reader:
            while True:
                left = until - time.monotonic()
                if left <= 0 or not select.select([reader], [], [], left)[0]:
                    return {}, True
                data = reader.read(1 << 20)
                if not data:
                    break
                held += data
        return (json.loads(held) if held else {}), False

    def _in_child(self, output: int, write_end: int) -> None:
        """One run: never returns."""

        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(nothing, 2)
        os.set_inheritable(write_end, False)
        raised: list[tuple[str, str, str]] = []
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "wb", False)), "utf-8")
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "wb", False)), "utf-8")
        sys.stdin = io.StringIO("")

        def died(arguments: Any) -> None:
            if arguments.exc_type is not SystemExit:
                name = arguments.thread.name if arguments.thread is not None else ""
                raised.append((name, arguments.exc_type.__name__, _text(arguments.exc_value)))

        threading.excepthook = died
        if self.order["switch_s"]:
            sys.setswitchinterval(self.order["switch_s"])
        events: list[Any] = []
        if self.order["notes"]:
            from paraviz.schedule.inside.noting import note

            events = note(os.path.dirname(self.file) or os.getcwd())
        code = 0
        try:
            self._run_main()
        except SystemExit as error:
            code = _code_of(error)
        except BaseException as error:
            code = 1
            raised.append(("MainThread", type(error).__name__, _text(error)))
        try:
            ended: Any = threading
            ended._shutdown()
            atexit._run_exitfuncs()
            sys.stdout.flush()
        finally:
            told = {"exit_code": code, "raised": raised, "events": events[:_MOST_EVENTS]}
            data = json.dumps(told).encode()
            at = 0
            while at < len(data):
                at += os.write(write_end, data[at:])
            os._exit(0)

    def _run_main(self) -> None:
        import builtins
        import types

        main = types.ModuleType("__main__")
        vars(main)["__builtins__"] = builtins
        sys.modules["__main__"] = main
        if self.code is None:
            import runpy

            run: Any = runpy
            run._run_module_as_main(self.order["module"])
            return
        vars(main)["__file__"] = self.file
        exec(self.code, vars(main))


def _text(error: BaseException) -> str:
    try:
        return str(error)[:2_000]
    except Exception:
        return "?"


def _code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    return error.code & 0xFF if isinstance(error.code, int) else 1


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    from importlib.util import module_from_spec, spec_from_file_location

    _root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    _spec = spec_from_file_location(
        "paraviz", os.path.join(_root, "__init__.py"), submodule_search_locations=[_root]
    )
    assert _spec is not None and _spec.loader is not None
    _package = module_from_spec(_spec)
    sys.modules["paraviz"] = _package
    _spec.loader.exec_module(_package)
    Runs(json.loads(sys.argv[1]), int(sys.argv[2])).run()
