"""The Textual app.

The package is `paraviz.tui` wherever it is imported, also from a checkout, where `paraviz/tui` is a
link to this folder: two names would be two modules, and their classes not the same.
"""

if __name__ != "paraviz.tui":
    raise ImportError(f"this package is paraviz.tui, not {__name__}")
