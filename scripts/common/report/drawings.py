"""Drawings inside the page."""

import re

from markupsafe import escape


def inline_svg(svg: str, name: str, title: str) -> str:
    """Return an SVG for use inside the page: its ids are made its own, its style does not leave it."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style[^>]*>(?!@font-face).*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'href="#(?!(?:cell|code|box)-)([^"]+)"', rf'href="#{name}-\1"', body)
    # Marks lead to what is behind them, in the page; by keyboard the lists of codes and boxes do.
    own = r'<a (xlink:href="#(?:cell|code|box)-[^"]*")(?: target="_blank")?>'
    body = re.sub(own, r'<a tabindex="-1" \1>', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    width = re.search(r'viewBox="\S+ \S+ ([\d.]+) ', body)  # points: 244 fill one column of print, 505 two
    style = f"--points:{width[1] if width else 505};stroke-linejoin:round;stroke-linecap:butt"
    attributes = f'<svg role="group" aria-label="{escape(title)}" style="{style}" '
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    return body.replace("<svg ", attributes, 1).strip()
