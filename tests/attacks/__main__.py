"""`python -m tests.attacks` writes the table of attacks into docs/security.md."""

from .table import PAGE, page

PAGE.write_text(page(PAGE.read_text()))
print(f"{PAGE.name} holds the table of today's attacks.")
