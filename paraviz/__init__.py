"""paraviz: see who ran when, and why the others waited.

Importing this package costs nothing worth naming: what needs NumPy, Textual or the command line is
imported where it is used.
"""

from __future__ import annotations

__version__ = "0.1.0"
