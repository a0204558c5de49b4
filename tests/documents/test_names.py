"""Names do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.documents.names import LONGEST, harmless, with_ending


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\plan.docx", "plan.docx"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("invoice\u202egnp.exe.txt", "invoicegnp.exe.txt"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
        ('what? <is> "this"|.pdf', "what_ _is_ _this__.pdf"),
        ("con.txt", "_con.txt"),
        ("  spaced   out  .pdf", "spaced out.pdf"),
        ("Ä̈ußerst.pdf", "Ä̈ußerst.pdf"),
        ("..", ""),
        (".htaccess", ""),
        ("noending", ""),
        ("", ""),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_harmless(given_name, kept):
    assert harmless(given_name) == kept


@given(st.text(max_size=400))
def test_whatever_comes_is_one_short_printable_line_that_names_no_other_place(name):
    kept = harmless(name)
    assert len(kept) <= max(LONGEST, 0)
    assert kept.isprintable()
    assert not set(kept) & set('/\\:*?"<>|%')
    assert not kept.startswith(".")


def test_the_ending_is_that_of_what_the_file_has_become():
    assert with_ending("moving.GIF", "png") == "moving.png"
    assert with_ending("photo.JPEG", "jpg") == "photo.JPEG"
