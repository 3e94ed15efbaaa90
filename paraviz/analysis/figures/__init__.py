"""Figures: what a run, or any range of one, says in numbers, and what each number means."""

from paraviz.analysis.figures.analysis_cache import Material
from paraviz.analysis.figures.as_json import as_json
from paraviz.analysis.figures.compute import Figures, figures
from paraviz.analysis.figures.descriptions import Figure, explained

__all__ = ["Figure", "Figures", "Material", "as_json", "explained", "figures"]
