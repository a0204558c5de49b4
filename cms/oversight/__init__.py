"""Pages on which the trail is read: one's own acts, readings of one's items, one's people's sign-ins, all of it."""
