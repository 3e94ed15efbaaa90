"""How colours look to people with and without colour blindness, and how far apart they are.

Colours are (red, green, blue), each 0 … 255.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import numpy as np

Rgb = tuple[float, float, float]
Lab = tuple[float, float, float]

SIGHTS: dict[str, tuple[Rgb, Rgb, Rgb]] = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What linear light becomes. Machado, Oliveira and Fernandes: A Physiologically-based Model for
Simulation of Color Vision Deficiency, IEEE TVCG 15 (2009), table 1, severity 1.0."""

_TO_XYZ = np.array(
    (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.072175),
        (0.0193339, 0.119192, 0.9503041),
    )
)
"""sRGB, IEC 61966-2-1."""
_WHITE = _TO_XYZ.sum(axis=1)


def _linear(color: Rgb) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    parts = np.asarray(color, np.float64) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def seen(color: Rgb, sight: str = "everybody") -> Lab:
    """A colour in CIELAB (D65), as somebody with this sight sees it."""
    light = np.clip(np.asarray(SIGHTS[sight]) @ _linear(color), 0, 1)
    parts = _TO_XYZ @ light / _WHITE
    x, y, z = np.where(parts > 216 / 24389, np.cbrt(parts), (24389 / 27 * parts + 16) / 116)
    return float(116 * y - 16), float(500 * (x - y)), float(200 * (y - z))


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of WCAG 2, 1 … 21."""
    lights = sorted(float(_TO_XYZ[1] @ _linear(color)) + 0.05 for color in (one, other))
    return lights[1] / lights[0]


def distance(one: Lab, other: Lab) -> float:
    """CIEDE2000, as in Sharma, Wu and Dalal: The CIEDE2000 Color-Difference Formula, Color Research
    and Application 30 (2005). About 1 is just noticeable."""
    chroma = (hypot(*one[1:]) + hypot(*other[1:])) / 2
    stretch = 1 + (1 - sqrt(chroma**7 / (chroma**7 + 25**7))) / 2
    l1, c1, h1 = _polar(one, stretch)
    l2, c2, h2 = _polar(other, stretch)
    turn = 0.0 if not c1 * c2 else (h2 - h1 + 180) % 360 - 180
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + h2 if not c1 * c2 else (h1 + turn / 2) % 360
    weight = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.2 * cos(radians(4 * hue - 63))
    )
    far = (lightness - 50) ** 2
    of_l = (l2 - l1) / (1 + 0.015 * far / sqrt(20 + far))
    of_c = (c2 - c1) / (1 + 0.045 * chroma)
    of_h = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    bend = -2 * sqrt(chroma**7 / (chroma**7 + 25**7))
    bend *= sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(max(of_l**2 + of_c**2 + of_h**2 + bend * of_c * of_h, 0))


def _polar(color: Lab, stretch: float) -> Lab:
    """Lightness, chroma and hue in degrees, a* stretched."""
    lightness, a, b = color
    a *= stretch
    return lightness, hypot(a, b), degrees(atan2(b, a)) % 360 if a or b else 0.0
