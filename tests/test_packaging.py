"""What is handed out: versions that are written down twice agree, and a wheel works without the project's folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

import jointsup_rules

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "jointsup-rules"


def locked() -> dict[str, list[dict[str, Any]]]:
    """The packages of uv.lock by name; more than one where Pythons need different versions."""
    packages: dict[str, list[dict[str, Any]]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        packages.setdefault(package["name"], []).append(package)
    return packages


def needed(*, with_dev: bool) -> set[tuple[str, str]]:
    """(name, version) of all that the project needs, by the lock, its own extras left out."""
    packages = locked()
    (project,) = packages[PROJECT]
    to_do = list(project["dependencies"])
    if with_dev:
        to_do += project["dev-dependencies"]["dev"]
    seen: set[str] = set()
    while to_do:
        wanted = to_do.pop()
        name = wanted["name"]
        for package in packages[name]:
            for extra in wanted.get("extra", []):
                to_do += package["optional-dependencies"][extra]
            if name not in seen:
                to_do += package.get("dependencies", [])
        seen.add(name)
    return {(name, package["version"]) for name in seen for package in packages[name]}


@pytest.mark.parametrize(("file", "with_dev"), [("requirements.txt", False), ("requirements-dev.txt", True)])
def test_the_lists_for_pip_are_those_of_the_lock(file: str, with_dev: bool) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pinned = {tuple(line.split(";")[0].strip().split("==")) for line in lines}
    # A package for other systems alone stands in the lock and, with its marker, in the list.
    assert pinned == needed(with_dev=with_dev)


def test_two_versions_of_one_package_are_told_apart_by_a_marker() -> None:
    lines = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split("==")[0] for line in lines]
    assert [line for line in lines if names.count(line.split("==")[0]) > 1 and ";" not in line] == []


def test_the_lock_is_of_this_project_as_it_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (entry,) = locked()[PROJECT]
    required = {
        re.sub(r"[<>=].*", "", one): re.sub(r"^[a-z0-9-]+", "", one) for one in project["dependencies"]
    }
    in_lock = {
        one["name"]: one["specifier"]
        for one in entry["metadata"]["requires-dist"]
        if "extra" not in one.get("marker", "")
    }
    assert in_lock == required
    assert project["version"] == jointsup_rules.__version__


def test_the_optional_library_is_named_once() -> None:
    (chain,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]["chain"]
    pinned = chain.split(";")[0].strip()
    assert set(re.findall(r"durable-rules==[0-9.]+", (ROOT / "set-up.sh").read_text("utf-8"))) == {pinned}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "jointsup_rules").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


@pytest.mark.slow
def test_a_wheel_works_from_an_empty_workspace_to_a_report(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    scheme = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=scheme))
    zipfile.ZipFile(wheel).extractall(packages)
    # Its libraries come from here; this folder's own links, to the project among them, are not followed.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = Path(sysconfig.get_path("scripts", "venv", vars=scheme)) / "python"

    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*words: str, cwd: Path) -> str:
        ran = subprocess.run(
            [python, *words], cwd=cwd, env=bare, capture_output=True, text=True, encoding="utf-8"
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    where = run("-c", "import jointsup_rules; print(jointsup_rules.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(home)
    said = run("-m", "jointsup_rules", "init", "desk", "--lang", "en", cwd=tmp_path)
    for line in said.splitlines():
        if line.strip().startswith("jointsup "):
            told = run("-m", *line.replace("jointsup ", "jointsup_rules ", 1).split(), cwd=tmp_path / "desk")
    report = Path(told.splitlines()[-1])
    assert "Letter not answered in time" in report.read_text(encoding="utf-8")


STUB = """\
#!/bin/sh
echo "$UV_PROJECT_ENVIRONMENT $*" >> asked
[ "$1" = sync ] || exit 1
mkdir -p .venv/bin && ln -sf "$BASE_PYTHON" .venv/bin/python
"""


@pytest.mark.skipif(os.name == "nt", reason="make and sh")
def test_a_folder_reached_through_a_link_is_set_up_once(tmp_path: Path) -> None:
    """`uv` is a stub here: where it is told to install, and whether make asks for it again."""
    folder, link, bin_folder = tmp_path / "project", tmp_path / "link", tmp_path / "bin"
    folder.mkdir()
    link.symlink_to(folder)
    bin_folder.mkdir()
    for name in ("Makefile", "set-up.sh", "pyproject.toml", "requirements.txt"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (bin_folder / "uv").write_text(STUB, encoding="utf-8")
    (bin_folder / "uv").chmod(0o755)
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    bare |= {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PWD": str(link),
        "BASE_PYTHON": sys.executable,
        "UV_PROJECT_ENVIRONMENT": "/elsewhere",
    }
    subprocess.run(["make", ".venv/ready"], cwd=link, env=bare, check=True, capture_output=True)
    assert (folder / "asked").read_text(encoding="utf-8").splitlines()[0].startswith(".venv sync ")
    again = subprocess.run(
        ["make", "-n", "demo"], cwd=link, env=bare, check=True, capture_output=True, text=True
    )
    assert "set-up.sh" not in again.stdout


@pytest.mark.skipif(os.name == "nt", reason="make and sh")
def test_an_interpreter_that_does_not_fit_is_named(tmp_path: Path) -> None:
    (tmp_path / "set-up.sh").write_bytes((ROOT / "set-up.sh").read_bytes())
    (tmp_path / "uv").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": "python-of-yore",
    }
    ran = subprocess.run(
        ["sh", "set-up.sh", "requirements.txt", "--no-dev"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 1
    assert "none was found (PYTHON=python-of-yore)" in ran.stderr
