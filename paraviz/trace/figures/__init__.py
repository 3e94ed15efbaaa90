"""Figures: what a run, or any range of one, says in numbers, and what each number means."""

from paraviz.trace.figures.compute import Figures, figures
from paraviz.trace.figures.explained import Figure, explained
from paraviz.trace.figures.machine import as_json
from paraviz.trace.figures.material import Material

__all__ = ["Figure", "Figures", "Material", "as_json", "explained", "figures"]
