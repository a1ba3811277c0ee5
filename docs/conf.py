"""How Sphinx builds the site; `make docs` lays out the sources and starts it."""

import partywire

project = "Partywire"
author = "the Partywire authors"
release = partywire.__version__
html_title = f"Partywire {release}"

extensions = ["myst_parser"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
nitpicky = True
smartquotes = False

# The site is whole without a network, and shows nothing but its pages.
html_theme = "furo"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_theme_options = {"top_of_page_buttons": []}
