"""What other apps hear from sharing, inside the transaction of the act."""

from django.dispatch import Signal

# sent with `sharing_ids` (list of int): facts or audience of these items changed, or their live text did
items_changed = Signal()
# sent with `sharing` (its row, still there) and `at`: the item is being erased; who keeps anything of it that no
# foreign key takes away forgets it
item_erased = Signal()
# sent with `sharing` (locked), `actor`, `at`: what the first publication will make of a draft's facts was changed;
# whoever hears it may refuse by raising NotAllowed
proposal_changed = Signal()
