"""Opening events: what the kernel is asked for, and what it means when it says no."""

from __future__ import annotations

import errno
import os
import struct
from typing import TYPE_CHECKING

import pytest

from paraviz.errors import KernelError
from paraviz.kernel import perf
from paraviz.kernel.rings import LARGEST_BYTES, open_rings
from paraviz.kernel.switches import SwitchRecorder
from paraviz.session.kernel_recording import KernelAccount

if TYPE_CHECKING:
    from paraviz.kernel.rings import Opener


def refusing(code: int) -> Opener:
    def open_event(_pid: int, _cpu: int, _watermark: int = 0) -> int:
        raise OSError(code, os.strerror(code))

    return open_event


def test_what_the_kernel_is_asked_for() -> None:
    packed = perf.attribute(1234)
    assert len(packed) == 128
    # As strace shows `perf record --switch-events -e dummy` and its like; see linux/perf_event.h.
    event_type, size, config, _, sample_type, _, flags, watermark = struct.unpack_from(
        "=IIQQQQQI", packed
    )
    assert (event_type, size, config, watermark) == (1, 128, 9, 1234)
    assert sample_type == 2 | 4 | 128
    assert {bit for bit in range(64) if flags >> bit & 1} == {1, 5, 6, 9, 13, 14, 18, 25, 26}
    assert struct.unpack_from("=i", packed, 92) == (1,)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
@pytest.mark.parametrize(
    ("level", "said"),
    [
        (4, "kernel.perf_event_paranoid is 4, and 2 or less is needed"),
        (2, "seccomp profiles do (kernel.perf_event_paranoid is 2, which would do)"),
        (None, "perf_event_open is forbidden here, as containers' seccomp profiles do"),
    ],
)
def test_a_refusal_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, code: int, level: int | None, said: str
) -> None:
    monkeypatch.setattr(perf, "_paranoid", lambda: level)
    monkeypatch.setattr(perf, "open_event", refusing(code))
    assert perf.available().endswith(said)
    with pytest.raises(KernelError, match="no kernel truth: ") as caught:
        perf.require()
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.ENOSYS, "has no perf_event_open"), (errno.EINVAL, "Invalid argument")],
)
def test_other_refusals(monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    monkeypatch.setattr(perf, "open_event", refusing(code))
    assert said in perf.available()


def test_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert perf.available() == "only Linux has it"


@pytest.mark.parametrize(
    ("text", "cpus"), [("0\n", [0]), ("0-3\n", [0, 1, 2, 3]), ("0,2-3,7\n", [0, 2, 3, 7])]
)
def test_cpus_that_are_there(monkeypatch: pytest.MonkeyPatch, text: str, cpus: list[int]) -> None:
    monkeypatch.setattr("pathlib.Path.read_text", lambda _: text)
    assert perf.online_cpus() == cpus


def test_rings_get_smaller_until_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, tried = 1 << 16, set()

    def mapping(_descriptor: int, length: int) -> bytearray:
        tried.add(length)
        if length > limit:
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return bytearray(length)

    monkeypatch.setattr("mmap.mmap", mapping)
    rings = open_rings(1, [0, 1], lambda *_: os.open(os.devnull, os.O_RDONLY))
    assert len(rings) == 2 and max(tried) > LARGEST_BYTES
    for ring in rings:
        ring.close()
    limit = 0
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match=r"kernel\.perf_event_mlock_kb"):
        open_rings(1, [0, 1], lambda *_: os.open(os.devnull, os.O_RDONLY))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_cpu_that_went_offline_is_passed_over() -> None:
    assert open_rings(1, [0, 1], refusing(errno.ENODEV)) == []
    with pytest.raises(OSError, match="No such device"):
        open_rings(1, [0], refusing(errno.ENODEV))


def test_auto_does_without_and_require_does_not() -> None:
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    recorder = SwitchRecorder([0], refusing(errno.EACCES))
    quiet = KernelAccount("auto", recorder)
    quiet.open(os.getpid())
    assert quiet.since(0) is None
    quiet.close()
    with pytest.raises(KernelError):
        KernelAccount("require", recorder).open(os.getpid())
    if before:
        assert set(os.listdir("/proc/self/fd")) == before
