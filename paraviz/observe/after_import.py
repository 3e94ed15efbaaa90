"""Doing something to a module as soon as the program imports it.

Probes of what a program may never use must not load it: a finder in front of all others waits for
the names it knows, lets them be found and run as ever, and then calls what was left for them. When
nothing is left to wait for it takes itself away.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    Hook = Callable[[ModuleType], None]


class _Loader:
    """A loader of one module, which does as that of many."""

    def __init__(self, loader: Any) -> None:
        self.create_module = loader.create_module
        self.exec_module = loader.exec_module


class AfterImport:
    """Hooks by the name of the module they wait for."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        """`notice` tells the user of a hook that failed; the program's import does not."""
        self._notice = notice
        self._hooks: dict[str, list[Hook]] = {}

    def when_imported(self, name: str, hook: Hook) -> None:
        """Call `hook` with the module of that name, now or when it is there."""
        module = sys.modules.get(name)
        if module is not None:
            self._call(hook, module)
            return
        if not self._hooks:
            sys.meta_path.insert(0, self)
        self._hooks.setdefault(name, []).append(hook)

    def _call(self, hook: Hook, module: ModuleType) -> None:
        try:
            hook(module)
        except Exception as error:
            self._notice(f"a probe for {module.__name__} is off: {type(error).__name__}: {error}")

    def tell_of_missed(self) -> None:
        """Tell of modules that are there and came by another way than the one that is watched."""
        for name in self._hooks:
            if sys.modules.get(name) is not None:
                self._notice(f"a probe for {name} is off: it was imported in a way of its own")

    def _found_by_others(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """What finders of the program's own find, such as those of an archive."""
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None
            if finder is not self and finder is not PathFinder and find is not None:
                spec = find(name, path, target)
            if spec is not None:
                return spec
        return None

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As a finder: only for the names that are waited for."""
        hooks = self._hooks.pop(name, None)
        if hooks is None:
            return None
        if not self._hooks:
            sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path) or self._found_by_others(name, path, target)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            if isinstance(loader, type):
                # What is built in has one loader for all.
                spec.loader = loader = _Loader(loader)  # type: ignore[assignment]
            run = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                for hook in hooks:
                    self._call(hook, module)

            loader.exec_module = exec_module
        return spec
