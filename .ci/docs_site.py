"""Hooks of mkdocs: pages that lie beside docs/ join it, and GitHub's Markdown becomes Python-Markdown's."""

import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md"}
LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)\s]*)?\)")
ITEM = re.compile(r"(?:[-*]|\d+\.) |\|")  # a list or a table, which need a blank line before them there


def on_files(files, config):
    """Add the pages beside docs/, those of the reviews, and every other file that a page links to."""
    for name, uri in PAGES.items():
        files.append(File.generated(config, uri, content=(ROOT / name).read_text(encoding="utf-8")))
    for page in sorted(ROOT.glob("reviews/*/README.md")):
        text = page.read_text(encoding="utf-8")
        files.append(File.generated(config, page.relative_to(ROOT).as_posix(), content=text))
    for source in [ROOT / name for name in PAGES] + sorted((ROOT / "docs").glob("*.md")):
        for link, _ in LINK.findall(source.read_text(encoding="utf-8")):
            target = (source.parent / link).resolve()
            name = target.relative_to(ROOT).as_posix()
            other = target.is_file() and not name.endswith(".md") and not name.startswith("docs/")
            if other and files.get_file_from_path(name) is None:
                files.append(File.generated(config, name, abs_src_path=str(target)))
    return files


def on_page_markdown(markdown, page, config, files):
    """Point the links at the places that files have in the site, and set lists and tables apart."""
    uri = page.file.src_uri
    source = next((name for name, place in PAGES.items() if place == uri), None)
    source = source or (uri if uri.startswith("reviews/") else f"docs/{uri}")
    depth = "../" * uri.count("/")

    def moved(match):
        target = ((ROOT / source).parent / match[1]).resolve()
        if not target.is_relative_to(ROOT):
            return match[0]
        name = target.relative_to(ROOT).as_posix()
        return f"]({depth}{PAGES.get(name, name.removeprefix('docs/'))}{match[2] or ''})"

    return "\n".join(_spaced(LINK.sub(moved, markdown).split("\n")))


def _spaced(lines):
    """Yield the lines with a blank one before each list and table that follows a text directly."""
    inside, before = False, ""
    for line in lines:
        if line.startswith("```"):
            inside = not inside
        starts = ITEM.match(line) and before.strip() and not ITEM.match(before) and before[:1] != " "
        if starts and not inside:
            yield ""
        yield line
        before = line
