"""`python -m tests.attacks` writes the tables of attacks and limits into docs/security.md."""

from .table import PAGE, page

PAGE.write_text(page(PAGE.read_text()))
print(f"{PAGE.name} holds today's attacks and limits.")
