"""What apps above hear from content, inside the transaction of the act."""

from django.dispatch import Signal

# sent with `page`, `actor`, `at`: a new version of a draft was saved
draft_saved = Signal()
