"""What the files of the repository promise to the people who pick it up."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import nodewise

ROOT = Path(__file__).resolve().parents[1]
VIEWER = ROOT / "viewer-src"
# What makes elements or code of a text, which may hold a name from a file.
UNSAFE = (
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|srcdoc|DOMParser|"
    r"(set|parse)HTML(Unsafe)?|eval|document\s*\.\s*write(ln)?)\b|\bFunction\(|\bset(Timeout|Interval)\(\s*[\"'`]|javascript:"
)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def committed() -> list[Path]:
    """The text files under version control."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", nodewise.__all__)
def test_each_public_name_is_documented(name):
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert re.search(rf"^\.\. auto\w+:: nodewise\.{re.escape(name)}$", page, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements/*")), ids=lambda path: path.name)
def test_no_pinned_list_names_an_address(path):
    assert not re.search(r"https?:|file:|^-[fi]\b|--(extra-)?index-url|--find-links", path.read_text(), re.MULTILINE)


def test_every_pin_has_a_hash():
    for path in sorted(ROOT.glob("requirements/*.txt")):
        pins = re.findall(r"^\S+==.*(?:\n +--hash.*)*", path.read_text(), re.MULTILINE)
        assert pins
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_npm_package_has_a_hash_and_no_address():
    lock = json.loads((VIEWER / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert "node_modules/esbuild" in packages
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
    platforms = {f"node_modules/{name}" for name in packages["node_modules/esbuild"]["optionalDependencies"]}
    assert platforms
    assert platforms <= set(packages)


@pytest.mark.parametrize(
    "code",
    [
        "a.innerHTML = b", "<p dangerouslySetInnerHTML={{ __html: a }} />", "document.write(a)", "new Function(a)",
        "eval(a)", 'setTimeout("a", 1)', "a.setHTMLUnsafe(b)", 'a.href = "javascript:b"',
    ],
)  # fmt: skip
def test_what_is_unsafe_is_seen(code):
    assert re.search(UNSAFE, code)


def test_the_viewer_shows_text_as_text():
    files = [path for path in committed() if path.is_relative_to(VIEWER / "src")]
    assert files
    lines = [(path, line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(path.name, line) for path, line in lines if re.search(UNSAFE, line)] == []


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    wheel = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(wheel, cwd=ROOT, capture_output=True, check=True)
    (made,) = tmp_path.glob("*.whl")
    source = ROOT / "src"
    files = {path.relative_to(source).as_posix() for path in committed() if path.is_relative_to(source)}
    assert "nodewise/viewer/static/viewer.js" in files
    assert files <= set(zipfile.ZipFile(made).namelist())


def test_no_file_names_a_path_of_one_machine():
    place = re.compile(rb"(?<![\w.:/-])/(home|root|Users|work|farm)/\w")
    assert [path for path in committed() if place.search(path.read_bytes())] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_to_a_file_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
