"""A zip file is opened only if what it holds has a reasonable size, and damage is named."""

import io
import zipfile

import pytest

from scripts.common.errors import InputError
from scripts.common.files.archives import open_archive, unpack


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read():
    bomb = packed(articles=b"0" * 3_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(InputError, match=r"review\.zip: would unpack to 3 MB, and 2 MB are allowed"):
        open_archive(bomb, "review.zip", max_mb=2)


def test_what_is_no_archive_or_is_damaged_is_named():
    with pytest.raises(InputError, match=r"review\.zip: cannot be opened as a zip file"):
        open_archive(b"PK no zip", "review.zip")
    damaged = packed(articles=b"one two three" * 99).replace(b"articles", b"Articles", 1)
    with pytest.raises(InputError, match=r"review\.zip: articles cannot be unpacked"):
        unpack(open_archive(damaged, "review.zip"), "articles", "review.zip")
    assert unpack(open_archive(packed(articles=b"one"), "x"), "articles", "x") == b"one"
