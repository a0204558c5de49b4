"""What others hear from the editorial workflow, inside the transaction of the act."""

from django.dispatch import Signal

# sent with `sharing`, `page` (the version that readers see now), `actor`, `at`
item_published = Signal()
# sent with `sharing`, `page` (the version that waits), `actor` (or None), `at`
item_submitted = Signal()
# sent with `sharing`, `page` (the version that was approved or a newer one), `at`
item_unscheduled = Signal()
# sent with `sharing`, `actor`, `at`
item_closed = Signal()
# sent with `sharing`, `users` (ids of those who wrote it and handed it in), `at`
item_returned = Signal()
