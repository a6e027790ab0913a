"""Figures that also say in words what they show, for readers who cannot see them."""

from __future__ import annotations

import base64
import html
import io

from matplotlib.figure import Figure


class DescribedFigure(Figure):
    """A figure with a description, which a notebook shows as the picture's text alternative.

    Jupyter has no place for one in the pictures that matplotlib gives it, so this goes out as HTML.
    """

    description = ""

    def shown(self) -> dict[str, str]:
        """What a notebook shows, by MIME type: the picture with its description, and the description alone."""
        picture = io.BytesIO()
        self.savefig(picture, format="png", bbox_inches="tight")
        data = base64.b64encode(picture.getvalue()).decode("ascii")
        tag = f'<img alt="{html.escape(self.description)}" src="data:image/png;base64,{data}">'
        return {"text/html": tag, "text/plain": self.description}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.shown(), raw=True)
