"""Commands and settings that let paraviz see what it cannot see somewhere, by where they belong."""

from __future__ import annotations

PERFMON = {
    "sysctl": "sudo sysctl kernel.perf_event_paranoid=2",
    "Docker": "docker run --cap-add PERFMON …",
    "Docker < 23": "docker run --security-opt seccomp=unconfined …",
    "Podman": "podman run --security-opt seccomp=unconfined …",
    "Kubernetes": "securityContext: {capabilities: {add: [PERFMON]}}",
}
PTRACE = {
    "sysctl": "sudo sysctl kernel.yama.ptrace_scope=0",
    "Docker": "docker run --cap-add SYS_PTRACE …",
    "Podman": "podman run --cap-add SYS_PTRACE …",
    "Kubernetes": "securityContext: {capabilities: {add: [SYS_PTRACE]}}",
}
TRACING = {
    "root": "sudo mount -t tracefs tracefs /sys/kernel/tracing; sudo paraviz run …",
    "Docker": "docker run --privileged -v /sys/kernel/tracing:/sys/kernel/tracing …",
}
CORE = {"pip": "pip install --no-binary paraviz paraviz"}
