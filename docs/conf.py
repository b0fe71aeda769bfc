"""Sphinx settings. No page is fetched while building: no intersphinx, no remote images."""

import sys
import warnings
from importlib.metadata import version as installed
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
import compiled

compiled.keep()

# A script that warns fails, as one that raises. Of deprecations Sphinx and its extensions have their own.
for category in (UserWarning, RuntimeWarning, ResourceWarning):
    warnings.filterwarnings("error", category=category)

project = "nodewise"
author = "The nodewise contributors"
project_copyright = "2026, The nodewise contributors"
release = version = installed("nodewise")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # an attribute is described once, in its class

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",  # every script runs, whatever its name
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "within_subsection_order": "FileNameSortKey",
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_theme_options = {"navigation_with_keys": False, "show_prev_next": False}
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["nodewise.css"]


def setup(app):
    """Check the essays' claims whenever the pages are made: a page of its own, as new as they are."""
    app.connect("builder-inited", _write_claims)


def _write_claims(app):
    import nodewise as nw
    from nodewise.studies.claims import ESSAYS

    found = nw.claims()
    lines = [
        "# What the essays claim\n",
        "Three essays stand behind this program. Each of their claims that can be checked was checked as this page was",
        "made, by training, counting and computing. `nodewise claims` does the same on your machine.\n",
        f"{found}\n",
    ]
    for number, title in ESSAYS.items():
        lines.append(f"## {title}\n")
        for one in found.checked:
            if one.essay == number:
                words = one.found.replace("|", "\\|")
                lines.append(f"**{one.claim}** It {one.verdict}. {words}\n\n```bash\n{one.command}\n```\n")
    Path(app.srcdir, "claims.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
