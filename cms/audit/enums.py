"""Everything the audit trail can say, in one list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What happened. Values never change: rows written once stay readable."""

    ITEM_CREATED = "item_created", _("Item created")
    ITEM_EDITED = "item_edited", _("Item edited")
    ITEM_SUBMITTED = "item_submitted", _("Item submitted")
    ITEM_RETURNED = "item_returned", _("Item returned")
    ITEM_PUBLISHED = "item_published", _("Item published")
    ITEM_REVERTED = "item_reverted", _("Older version taken up again")
    ITEM_VALIDATED = "item_validated", _("Item validated nationally")
    ITEM_SCHEDULED = "item_scheduled", _("Publication approved for later")
    ITEM_UNSCHEDULED = "item_unscheduled", _("Later publication called off")
    PLAN_CHANGED = "plan_changed", _("Dates of publication and expiry changed")
    ITEM_EXPIRED = "item_expired", _("Item expired")
    ITEM_CLOSED = "item_closed", _("Item closed")
    ITEM_REOPENED = "item_reopened", _("Item reopened")
    ITEM_REVIEWED = "item_reviewed", _("Item reviewed")
    ITEM_MOVED = "item_moved", _("Item moved to another topic")
    DRAFT_DISCARDED = "draft_discarded", _("Draft discarded")
    DRAFT_LOCKED = "draft_locked", _("Draft locked")
    DRAFT_UNLOCKED = "draft_unlocked", _("Draft unlocked")
    DRAFT_COMMENTED = "draft_commented", _("Comment on a draft")
    REPORT_EXPORTED = "report_exported", _("List of own items exported")
    WORKFLOW_CHANGED = "workflow_changed", _("Steps of the workflow changed")
    ITEM_LOADED = "item_loaded", _("Item loaded from a world file")
    ITEM_VIEWED = "item_viewed", _("Item viewed")
    ITEM_PRINTED = "item_printed", _("Item printed")
    DRAFT_VIEWED = "draft_viewed", _("Draft viewed")
    SEARCHED = "searched", _("Searched")
    PROPOSAL_CHANGED = "proposal_changed", _("Proposed sharing changed")
    STATE_NARROWED = "state_narrowed", _("Sharing narrowed")
    STATE_WIDENED = "state_widened", _("Sharing widened")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RECIPIENT_ADDED = "recipient_added", _("Recipient added")
    RECIPIENT_REVOKED = "recipient_revoked", _("Recipient revoked")
    MARKING_TIGHTENED = "marking_tightened", _("Marking tightened")
    MARKING_LOOSENED = "marking_loosened", _("Marking loosened")
    FACTS_CHANGED = "facts_changed", _("Element or countries changed")
    OWNERSHIP_TRANSFERRED = "ownership_transferred", _("Ownership transferred")
    QUARANTINED = "quarantined", _("Quarantined")
    QUARANTINE_ENDED = "quarantine_ended", _("Quarantine ended")
    TEMPLATE_SAVED = "template_saved", _("Audience template saved")
    MEMBERSHIP_CHANGED = "membership_changed", _("Membership changed")
    MEMBERSHIP_ENDED = "membership_ended", _("Membership ended")
    ORGANISATION_CHANGED = "organisation_changed", _("Organisation changed")
    GROUP_CHANGED = "group_changed", _("Working group changed")
    USER_SUSPENDED = "user_suspended", _("User suspended")
    STRUCTURE_CHANGED = "structure_changed", _("Structure changed")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    SIGNED_OUT = "signed_out", _("Signed out")
    TERMS_ACCEPTED = "terms_accepted", _("Terms accepted")
    WORLD_LOADED = "world_loaded", _("World file loaded")
    ACT_DENIED = "act_denied", _("Act denied")


class Decision(models.TextChoices):
    """How what was asked for was decided."""

    ALLOWED = "allowed", _("Allowed")
    DENIED = "denied", _("Denied")
