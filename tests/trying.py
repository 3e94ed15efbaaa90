"""How much is tried where the input is random: a part, always the same, in `make test`, less of it
in `make quick`; all of it, some of it new each time, in `make slow`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_SHARES = {"thorough": 1, "suite": 4, "quick": 12}
"""By the name of the profile: what part of all that is."""
_EXAMPLES = 100
"""Of a property."""
_CHECKS = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def choose() -> None:
    """What `make test` tries. No test asserts a time, also not by a deadline."""
    for name, share in _SHARES.items():
        settings.register_profile(
            name,
            max_examples=_EXAMPLES // share,
            derandomize=share > 1,
            deadline=None,
            suppress_health_check=_CHECKS,
        )
    settings.load_profile("suite")


def tries(whole: int) -> int:
    """How many of so many random inputs are tried."""
    return max(whole // _SHARES.get(settings.get_current_profile_name(), 1), 1)
