"""What this machine lets paraviz see, what is missing, and the setting that gives it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.text.remedies import CORE, PERFMON, PTRACE, TRACING
from paraviz.text.translation import N_, Phrase, _, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CAP_SYS_PTRACE = 19
_NEVER = 3
"""`kernel.yama.ptrace_scope` that lets nobody."""
_CONTAINERS = {"/.dockerenv": "Docker", "/run/.containerenv": "Podman"}
_VERSIONS = range(11, 16)


class Check(Struct, frozen=True):
    """One thing that is there or not."""

    key: str
    """For machines."""
    title: Phrase
    ok: bool
    found: str
    """What was seen, in the current language where it is a sentence."""
    without: Phrase | None = None
    """What is lost without it."""
    how: Mapping[str, str] = {}
    """What gives it, by where."""


def checks() -> Iterator[Check]:
    """All of them."""
    yield _python()
    yield _core()
    yield _switches()
    yield _wakings()
    yield _memory()
    yield _seccomp()
    yield _terminal()


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info[0] == 3 and sys.version_info[1] in _VERSIONS
    found = f"{version} ({sys.executable})"
    return Check("python", phrase(N_("the Python that runs paraviz")), ok, found)


def _core() -> Check:
    from paraviz.observe.compiled import OFF, core

    title = phrase(N_("the compiled core"))
    if core is not None:
        return Check("core", title, True, str(core.__file__))
    off = bool(os.environ.get(OFF))
    how = {"shell": f"unset {OFF}"} if off else CORE
    found = f"{OFF}={os.environ[OFF]}" if off else _("not built: there was no C compiler")
    return Check("core", title, False, found, phrase(N_("observing costs more")), how)


def _switches() -> Check:
    from paraviz.kernel import perf

    title, reason = phrase(N_("context switches by the kernel")), perf.available()
    if not reason:
        level = _number("/proc/sys/kernel/perf_event_paranoid")
        found = "perf_event_open" if level is None else f"{perf.PARANOID} = {level}"
        return Check("context_switches", title, True, found)
    lost = phrase(N_("who ran is inferred from events"))
    level = _number("/proc/sys/kernel/perf_event_paranoid")
    is_level = level is not None and level > perf.HIGHEST_PARANOID
    how = _ways(PERFMON, is_level) if sys.platform == "linux" else {}
    return Check("context_switches", title, False, reason, lost, how)


def _wakings() -> Check:
    from paraviz.kernel import perf
    from paraviz.kernel.wakings import TRACEFS, point

    title, lost = (
        phrase(N_("wake-ups by the kernel")),
        phrase(N_("who was woken when is concluded")),
    )
    known = point() if sys.platform == "linux" else None
    if known is None:
        found = _("{file} cannot be read").format(file=TRACEFS[0])
        how = TRACING if sys.platform == "linux" else {}
        return Check("wakings", title, False, found, lost, how)
    try:
        os.close(perf.open_tracepoint(known.number, perf.online_cpus()[0]))
    except OSError as error:
        return Check("wakings", title, False, perf.explained(error), lost, TRACING)
    return Check("wakings", title, True, "sched_waking")


def _memory() -> Check:
    title = phrase(N_("memory of programs that run already (paraviz look)"))
    lost = phrase(N_("of other programs states and system calls alone are told"))
    if sys.platform != "linux":
        return Check("memory", title, False, sys.platform, lost)
    scope = _number("/proc/sys/kernel/yama/ptrace_scope")
    capable = bool(int(_status("CapEff") or "0", 16) >> _CAP_SYS_PTRACE & 1)
    found = f"kernel.yama.ptrace_scope = {0 if scope is None else scope}"
    if capable:
        found += ", CAP_SYS_PTRACE"
    ok = not scope or (capable and scope < _NEVER)
    return Check(
        "memory", title, ok, found, None if ok else lost, {} if ok else _ways(PTRACE, True)
    )


def _seccomp() -> Check:
    mode, where = _status("Seccomp") or "0", _container()
    found = f"Seccomp = {mode}" + (f", {where}" if where else "")
    return Check("seccomp", phrase(N_("no filter of system calls")), mode == "0", found)


def _terminal() -> Check:
    title = phrase(N_("the terminal"))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    ok = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" and encoding == "utf8"
    parts = [f"TERM={os.environ.get('TERM', '')}", f"COLORTERM={os.environ.get('COLORTERM', '')}"]
    parts.append(encoding)
    if not sys.stdout.isatty():
        parts.append(_("the output is no terminal"))
    lost = None if ok else phrase(N_("the app cannot be shown; run --headless can"))
    return Check("terminal", title, ok, ", ".join(parts), lost)


def told(found: list[Check]) -> str:
    """For people."""
    lines = []
    for each in found:
        lines.append(f"{'✓' if each.ok else '✗'} {each.title.told}: {each.found}")
        if not each.ok and each.without is not None:
            lines.append("    " + _("without it: {lost}").format(lost=each.without.told))
        width = max(map(len, each.how), default=0)
        lines += [f"    {where:<{width}}  {how}" for where, how in each.how.items()]
    return "\n".join(lines)


def as_json(found: list[Check]) -> list[dict[str, object]]:
    """For machines."""
    return [
        {
            "name": each.key,
            "ok": each.ok,
            "found": each.found,
            "without": each.without.english if each.without is not None else None,
            "how": dict(each.how),
        }
        for each in found
    ]


def _container() -> str:
    """In which kind of container this is, as far as it shows; "" for none."""
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "Kubernetes"
    return next((name for file, name in _CONTAINERS.items() if Path(file).exists()), "")


def _ways(known: Mapping[str, str], is_setting: bool) -> Mapping[str, str]:
    """Those of the ways that lead somewhere here: the system's setting (`is_setting`), and where a
    container or a filter of system calls may be in the way, the flags of whatever starts those."""
    in_container = bool(_container()) or (_status("Seccomp") or "0") != "0"
    return {
        where: how
        for where, how in known.items()
        if (is_setting if where == "sysctl" else in_container or not is_setting)
    }


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None


def _status(field: str) -> str:
    """A field of what the system says of this process, "" where it says none."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")
