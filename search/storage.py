"""How rows of search entries lie on disk."""

# Finding, counting and sorting read narrow rows: long texts and vectors lie outside, vectors uncompressed, for ranking
# reads them by the thousand. Titles' vectors stay inside: 255 characters cannot fill a page.
NARROW_ROWS = """
ALTER TABLE search_searchentry SET (toast_tuple_target = 512);
ALTER TABLE search_searchentry
    ALTER COLUMN text SET STORAGE EXTERNAL,
    ALTER COLUMN audience SET STORAGE EXTERNAL,
    ALTER COLUMN title_text SET STORAGE PLAIN,
    ALTER COLUMN countries SET STORAGE MAIN;
"""
