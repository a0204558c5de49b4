"""What apps above hear from content, inside the transaction of the act."""

from django.dispatch import Signal

# sent with `sharing`, `user`, `at`: somebody opened the editor of an item
draft_opened = Signal()
# sent with `sharing`, `user_id`, `at`: somebody was shown the newest version, as one who works on the item
draft_viewed = Signal()
# sent with `page`, `actor`, `at`, before a new version is kept: whoever hears it may refuse by raising NotAllowed
draft_saving = Signal()
# sent with `page`, `actor`, `at`: a new version of a draft was saved
draft_saved = Signal()
# sent with `page`, `user_id`, `at`: a reader opened the live version
item_opened = Signal()
