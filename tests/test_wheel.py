"""What users get: a wheel, built from the tree and installed into an empty environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTENSION = sysconfig.get_config_var("EXT_SUFFIX")
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy of what git knows or would know: nothing a developer left lying about.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, folder / "tree" / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(folder / "tree")], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_whole_tree(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = set()
    for folder, package in (
        ("paraviz", "paraviz"),
        ("tui", "paraviz/tui"),
        ("scenarios", "paraviz/scenarios"),
    ):
        for path in (ROOT / folder).rglob("*"):
            # Of the core what is compiled for this Python, and not its source.
            foreign = path.suffix == ".so" and not path.name.endswith(EXTENSION)
            if foreign or path.suffix in {".c", ".h"}:
                continue
            if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
                expected.add(f"{package}/{path.relative_to(ROOT / folder)}")
    assert packed == expected


def test_installed_it_lists_and_runs(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    install = [*PIP, "--python", str(python), "install", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # The dependencies come from this environment: what is tried is the wheel, not the index.
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = tmp_path / "venv" / "lib" / version / "site-packages"
    borrowed = [entry for entry in sys.path if entry.endswith("site-packages")]
    (packages / "borrowed.pth").write_text(
        "\n".join(f"import sys; sys.path.append({entry!r})" for entry in borrowed)
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [python.with_name("paraviz"), *words],
            capture_output=True,
            check=True,
            cwd=tmp_path,
            env=environment,
        )

    where = subprocess.run(
        [python, "-c", "import paraviz; print(paraviz.__file__)"],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert str(packages) in where.stdout.decode()
    assert "printers" in {entry["name"] for entry in json.loads(run("list", "--json").stdout)}
    done = run("run", "--headless", "printers", "--locked", "--n", "2", "--steps", "10")
    assert done.stdout in (b"aabb\n", b"bbaa\n")
    assert b"3 lanes" in done.stderr
