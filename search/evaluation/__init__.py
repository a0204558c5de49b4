"""Measuring how well search finds, on collections of documents, questions and judgements."""
