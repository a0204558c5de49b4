"""What apps above are told of changes of groups, inside the transaction of the act."""

from django.dispatch import Signal

# sent with group_id and at: owners with items shared there are told
group_grew = Signal()
