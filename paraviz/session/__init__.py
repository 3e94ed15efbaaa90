"""A run seen from outside: start the host, take in what it reports, stop it, yield a `Trace`."""

from __future__ import annotations

from paraviz.session.kernel_recording import Kernel
from paraviz.session.session import Session

__all__ = ["Kernel", "Session"]
