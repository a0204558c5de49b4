"""Measuring search on invented entries, with the product's own statements."""
