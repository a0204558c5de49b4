"""The kinds of work with files that are left to the worker."""

SCAN = "files.scan"
TEXT = "files.text"
