"""QR codes as pictures that a page may show: SVG without a script, a style or a foreign address."""

from __future__ import annotations

import base64

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# Quiet modules around the code, as ISO/IEC 18004 asks for.
QUIET = 4


def matrix(text: str) -> list[list[bool]]:
    """The dark modules of a text's code, row by row, without the quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def svg(text: str) -> str:
    """A text's code as one path: black on white, sharp at any size on paper."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                parts.append(f"M{x + QUIET} {y + QUIET}h{run}v1h-{run}z")
            x += run or 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{"".join(parts)}"/></svg>'
    )


def picture(text: str) -> str:
    """A text's code as the address of an image (`img-src data:` of the policy)."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(text).encode()).decode()
