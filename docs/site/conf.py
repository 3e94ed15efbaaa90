"""The documentation site: `make site` builds it from the pages as they are, with Sphinx."""

project = "paraviz"
author = "the paraviz team"
extensions = ["myst_parser"]
include_patterns = [
    "docs/*.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "screenshots/README.md",
]
root_doc = "docs/index"
html_theme = "furo"
html_title = "paraviz"
html_show_sphinx = False
myst_heading_anchors = 3
# Blocks of what a terminal shows are of no language that could be highlighted.
suppress_warnings = ["misc.highlighting_failure"]
