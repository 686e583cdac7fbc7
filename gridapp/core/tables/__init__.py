"""Spreadsheets, as every feature reads and writes them (C8). Knows no feature and no HTTP.

- `reading`    the bytes of a CSV or XLSX file → rows of text, or BadFile in words
- `mapping`    a TOML file that says what a foreign list calls our columns and values
- `headings`   rows → a Sheet, whose columns are ours
- `cells`      one row: typed values, and what is wrong in which cell
- `importing`  the loop of every importer: checked first, known rows counted as the same, all or nothing
- `writing`    rows → CSV or XLSX, streamed, safe to open
- `reports`    what an import did, and what was wrong, also as a table
"""
