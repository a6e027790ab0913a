"""How `make docs` makes a site of these pages. Nothing in it comes from another host, and it opens from a folder, too.

The navigation stands in index.md.
"""

from __future__ import annotations

project = "Recurrent image captioning"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["examples"]
nitpicky = True  # a name that leads nowhere is a warning, and `make docs` takes warnings for errors
myst_heading_anchors = 4

html_theme = "furo"
html_title = project
html_static_path = ["theme"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_search_summary = False  # a page in a folder may not load another one
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}  # there is no one address of the sources
pygments_style = "default"
pygments_dark_style = "github-dark"
