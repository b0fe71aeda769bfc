"""What the files of the repository promise to the people who pick it up."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import nodewise

ROOT = Path(__file__).resolve().parents[1]
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


def test_no_file_names_a_path_of_one_machine():
    place = re.compile(rb"(?<![\w.:/-])/(home|root|Users|work|farm)/\w")
    assert [path for path in committed() if place.search(path.read_bytes())] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_to_a_file_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
