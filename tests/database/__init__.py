"""PostgreSQL as Django's tests need it: emptied and refilled between tests that commit, in spite of its triggers."""
