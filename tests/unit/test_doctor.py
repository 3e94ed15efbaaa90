"""What `paraviz doctor` says of a machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from paraviz import doctor
from paraviz.kernel import perf


def by_key() -> dict[str, doctor.Check]:
    return {check.key: check for check in doctor.checks()}


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, int | str]:
    """What stands in files of the system, by their path or field."""
    found: dict[str, int | str] = {}
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor, "_number", lambda path: found.get(path))
    monkeypatch.setattr(doctor, "_status", lambda field: str(found.get(field, "")))
    monkeypatch.setattr(doctor, "_container", lambda: str(found.get("container", "")))
    return found


def test_a_level_that_is_too_high_has_a_setting(
    files: dict[str, int | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perf, "available", lambda: "too high")
    files["/proc/sys/kernel/perf_event_paranoid"] = 4
    check = by_key()["context_switches"]
    assert not check.ok and check.found == "too high"
    assert check.how == {"sysctl": "sudo sysctl kernel.perf_event_paranoid=2"}
    assert "✗ context switches by the kernel: too high" in doctor.told([check])
    assert "without it: who ran is inferred" in doctor.told([check])


def test_a_filter_of_system_calls_has_flags(
    files: dict[str, int | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perf, "available", lambda: "forbidden")
    files |= {"/proc/sys/kernel/perf_event_paranoid": 2, "Seccomp": 2, "container": "Docker"}
    check = by_key()["context_switches"]
    assert "sysctl" not in check.how and "--cap-add PERFMON" in check.how["Docker"]
    assert "seccomp=unconfined" in check.how["Podman"] and "PERFMON" in check.how["Kubernetes"]
    assert not by_key()["seccomp"].ok and by_key()["seccomp"].found == "Seccomp = 2, Docker"


@pytest.mark.parametrize(
    ("scope", "capabilities", "ok"),
    [(None, "0", True), (0, "0", True), (1, "0", False), (1, "80000", True), (3, "80000", False)],
)
def test_memory_of_others(
    files: dict[str, int | str], scope: int | None, capabilities: str, ok: bool
) -> None:
    if scope is not None:
        files["/proc/sys/kernel/yama/ptrace_scope"] = scope
    files["CapEff"] = capabilities
    check = by_key()["memory"]
    assert check.ok is ok
    assert ("sudo sysctl kernel.yama.ptrace_scope=0" in check.how.values()) is not ok


def test_without_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAVIZ_NO_CORE", "1")
    monkeypatch.setattr("paraviz.observe.compiled.core", None)
    assert by_key()["core"].how == {"shell": "unset PARAVIZ_NO_CORE"}


def test_the_command_is_read_by_machines_and_people() -> None:
    call = [sys.executable, "-m", "paraviz", "doctor"]
    done = subprocess.run([*call, "--json"], capture_output=True, check=True)
    found = json.loads(done.stdout)
    assert [each["name"] for each in found] == list(by_key())
    assert all(each["ok"] or each["found"] for each in found)
    german = subprocess.run([*call, "--lang", "de"], capture_output=True, check=True)
    assert "das Terminal" in german.stdout.decode()
