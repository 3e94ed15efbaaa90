"""What pyproject.toml cannot say: the compiled core is built where there is a compiler, and left
out with a line where there is none. Then paraviz observes by Python code, which is heavier."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

_SOURCES = Path("paraviz/observe/core")
_FLAGS = ["-std=c11", "-O3", "-fvisibility=hidden"]


class BuildWhereItCan(build_ext):
    """Builds the core, or says why it did not."""

    def build_extension(self, ext: Extension) -> None:
        """As setuptools does; no reason to fail."""
        try:
            super().build_extension(ext)
        except Exception as error:
            reason = (
                str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            )
            print(
                f"paraviz: without its compiled core, observing is heavier ({reason})",
                file=sys.stderr,
            )


setup(
    ext_modules=[
        Extension(
            "paraviz.observe._core",
            sorted(map(str, _SOURCES.glob("*.c"))),
            depends=sorted(map(str, _SOURCES.glob("*.h"))),
            extra_compile_args=_FLAGS,
            # Missing after a build that failed is no failure either.
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildWhereItCan},
)
