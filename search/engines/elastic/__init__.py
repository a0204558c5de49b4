"""The engine outside the database: Elasticsearch 8, fed from the search entries, and never the last word on who may
see what."""
