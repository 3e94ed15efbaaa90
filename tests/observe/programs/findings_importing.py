"""A module joins, while it is imported, a thread that imports it; `twin`: nobody joins it then."""

import sys
import threading
from importlib import abc, machinery, util
from types import ModuleType

TWIN = sys.argv[1:] == ["twin"]


class Finder(abc.MetaPathFinder, abc.Loader):
    """Knows one module, `settings_of_app`."""

    def find_spec(self, name: str, *_: object) -> machinery.ModuleSpec | None:
        return util.spec_from_loader(name, self) if name == "settings_of_app" else None

    def exec_module(self, module: ModuleType) -> None:
        reader.start()
        if not TWIN:
            reader.join()
        module.value = 3


def read() -> None:
    import settings_of_app

    print(settings_of_app.value)


sys.meta_path.insert(0, Finder())
reader = threading.Thread(target=read, name="reader")
import settings_of_app  # noqa: E402

print(settings_of_app.value)
reader.join()
