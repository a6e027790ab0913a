"""The parts of the page, one module and one template of the same name each; `page.SECTIONS` has their order.

A module's `build` takes the report and the page's folder, and returns what its template is filled with, or None where
there is nothing to say: then the page has no such part.
"""
