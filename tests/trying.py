"""How much is tried where the input is random: a part, always the same, in `make test`; all of it,
some of it new each time, in `make slow`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

THOROUGH = "thorough"
"""The name of the profile of `make slow`."""
_SHARE = 4
_CHECKS = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def choose() -> None:
    """What `make test` tries of each property. No test asserts a time, also not by a deadline."""
    settings.register_profile(THOROUGH, deadline=None, suppress_health_check=_CHECKS)
    settings.register_profile(
        "suite",
        deadline=None,
        suppress_health_check=_CHECKS,
        max_examples=settings.get_profile(THOROUGH).max_examples // _SHARE,
        derandomize=True,
    )
    settings.load_profile("suite")


def tries(whole: int) -> int:
    """How many of so many random inputs are tried."""
    thorough = settings.get_current_profile_name() == THOROUGH
    return whole if thorough else whole // _SHARE
