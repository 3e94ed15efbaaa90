"""Recording from within: `paraviz.start`, `paraviz.stop` and `paraviz.recording`.

What receives the events is a process of its own, the collector (`paraviz.session.collecting`): it
looks at this one from outside, as `paraviz run` does, and writes the recording, also when this one
is killed. It is nobody's child and outlives this process only for as long as it takes to write.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from time import process_time_ns

from paraviz.observe.outlet import out_of_the_way
from paraviz.observe.restartable import STOPPED, RestartableRecorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from typing import Any

    Begun = tuple[socket.socket, socket.socket]

SHIP_EVERY_S = 0.2
_BUFFER_BYTES = 4 << 20
_READY_WITHIN_S, _WRITTEN_WITHIN_S = 60.0, 600.0
_COLLECTOR = os.path.join(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "session", "collecting.py"
)


class RecordingError(RuntimeError):
    """It cannot be begun or ended; one line says why."""


class _State:
    """The one recording of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.recorder: RestartableRecorder | None = None
        self.control: socket.socket | None = None
        self.pid = 0
        """The process that began it; 0 while none is under way."""
        self.path = ""
        self.registered = False
        self.prepared: dict[str, Begun] = {}


_state = _State()
_make_lock = threading.Lock
os.register_at_fork(after_in_child=lambda: setattr(_state, "lock", _make_lock()))


def prepare(path: str | os.PathLike[str], *, kernel: str = "auto") -> None:
    """Begin what collects, which takes half a second to load: `start` with this path waits for what
    is left of that. Raises RecordingError."""
    target = os.path.abspath(os.fspath(path))
    if not hasattr(os, "pidfd_open"):
        raise RecordingError("only Linux lets a program be recorded from within")
    _state.prepared[target] = _begun(target, kernel)


def start(path: str | os.PathLike[str], *, kernel: str = "auto") -> None:
    """Begin; raises RecordingError where that cannot be."""
    import paraviz

    target = os.path.abspath(os.fspath(path))
    with _state.lock:
        if _state.pid == os.getpid():
            raise RecordingError(f"a recording is under way already: {_state.path}")
        if _state.pid and _state.recorder is not None and not _state.recorder.is_stopped:
            raise RecordingError(
                "this process was forked while its parent was recorded, and is in that recording: "
                f"{_state.path}"
            )
        if paraviz._observer is not None:
            raise RecordingError("this program is recorded already, by paraviz run")
        if not hasattr(os, "pidfd_open"):
            raise RecordingError("only Linux lets a program be recorded from within")
        prepared = _state.prepared.pop(target) if target in _state.prepared else None
        events, control = _ready(prepared or _begun(target, kernel))
        descriptor = out_of_the_way(events)
        if _state.recorder is None:
            _state.recorder = RestartableRecorder(descriptor, SHIP_EVERY_S)
            _state.recorder.install()
        else:
            _state.recorder.again(descriptor)
        _state.control, _state.pid, _state.path = control, os.getpid(), target
        if not _state.registered:
            _state.registered = True
            atexit.register(_at_exit)


def stop() -> str:
    """End; returns where the recording is. Raises RecordingError where there is none, or it could
    not be written."""
    with _state.lock:
        if _state.pid != os.getpid() or _state.recorder is None:
            raise RecordingError("no recording is under way")
        return _ended(STOPPED)


def discard() -> None:
    """End it, and keep nothing."""
    with _state.lock:
        if _state.pid == os.getpid():
            _ended(STOPPED, keeps=False)


def keep_since(since_ns: int, path: str, name: str, file: str) -> None:
    """Should this process end now, what was since then is to be kept there, and nothing else."""
    if _state.control is not None and _state.pid == os.getpid():
        _state.control.sendall(_part(since_ns, 0, path, name, file))


def cut(since_ns: int, until_ns: int, path: str, name: str, file: str) -> None:
    """Write what was between two moments of `time.perf_counter_ns`, and go on. `name`: what that is
    called; `file`: its source. Raises RecordingError."""
    with _state.lock:
        recorder, control = _state.recorder, _state.control
        if recorder is None or control is None or _state.pid != os.getpid():
            raise RecordingError("no recording is under way")
        recorder.flush()
        try:
            control.sendall(_part(since_ns, until_ns, path, name, file))
            answer = _answer(control, _WRITTEN_WITHIN_S)
        except OSError as error:
            raise RecordingError(f"the recording was not written: {error}") from None
        if "error" in answer:
            raise RecordingError(f"the recording was not written: {answer['error']}")


def _part(since_ns: int, until_ns: int, path: str, name: str, file: str) -> bytes:
    told = {"target": os.path.abspath(path), "since": since_ns, "now": until_ns}
    return json.dumps(told | {"name": name, "file": file}).encode() + b"\n"


def _ended(reason: str, *, keeps: bool = True) -> str:
    recorder, control = _state.recorder, _state.control
    assert recorder is not None and control is not None
    _state.control, _state.pid = None, 0
    descriptor = recorder.descriptors()[:1]
    recorder.stop(reason)
    for each in descriptor:
        os.close(each)
    order = {"reason": reason, "cpu_ns": process_time_ns(), "discard": not keeps}
    try:
        control.sendall(json.dumps(order).encode() + b"\n")
        answer = _answer(control, _WRITTEN_WITHIN_S)
    except OSError as error:
        raise RecordingError(f"the recording was not written: {error}") from None
    finally:
        control.close()
    if "error" in answer:
        raise RecordingError(f"the recording was not written: {answer['error']}")
    return _state.path


def _at_exit() -> None:
    """The program ends without having ended its recording: it is written all the same."""
    recorder = _state.recorder
    if recorder is None or recorder.is_stopped:
        return
    if _state.pid != os.getpid():
        # A fork: its parent's recording goes on.
        recorder.finish(recorder.here.lane.reason or "returned")
        return
    try:
        _ended("returned")
    except RecordingError as error:
        print(f"paraviz: {error}", file=sys.stderr)


def _begun(target: str, kernel: str) -> Begun:
    """Start what collects; where events go, and what it is told by."""
    import socket
    import subprocess

    reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours, theirs = socket.socketpair()
    for end, option in ((writer, socket.SO_SNDBUF), (reader, socket.SO_RCVBUF)):
        end.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
    # Who tells of a thousand tests a second waits for nobody.
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    writer.setblocking(False)
    main = sys.modules.get("__main__")
    order = {
        "pid": os.getpid(),
        "events": reader.fileno(),
        "control": theirs.fileno(),
        "target": target,
        "kernel": kernel,
        "path": sys.path,
        "argv": [str(word) for word in sys.argv],
        "file": str(getattr(main, "__file__", "") or ""),
        "executable": sys.executable,
    }
    descriptors = [reader.fileno(), theirs.fileno()]
    try:
        with reader, theirs:
            done = subprocess.run(
                [sys.executable, "-I", "-S", _COLLECTOR, json.dumps(order)],
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                check=False,
            )
        why = "it did not start" if done.returncode else ""
    except (OSError, ValueError) as error:
        why = str(error)
    if why:
        writer.close()
        ours.close()
        raise RecordingError(f"the recording cannot be begun: {why}")
    return writer, ours


def _ready(begun: Begun) -> tuple[int, socket.socket]:
    """Wait until it looks at this process."""
    writer, ours = begun
    try:
        answer = _answer(ours, _READY_WITHIN_S)
    except OSError as error:
        answer = {"error": str(error)}
    if "error" in answer:
        writer.close()
        ours.close()
        raise RecordingError(f"the recording cannot be begun: {answer['error']}")
    return writer.detach(), ours


def _answer(control: socket.socket, within_s: float) -> dict[str, Any]:
    control.settimeout(within_s)
    line = b""
    while not line.endswith(b"\n"):
        piece = control.recv(1 << 16)
        if not piece:
            return {"error": "what collects it has ended"}
        line += piece
    answer: dict[str, Any] = json.loads(line)
    return answer
