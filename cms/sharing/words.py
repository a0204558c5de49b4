"""The decision's rules in words, for those whom the owner lets see who can read an item."""

from django.utils.translation import gettext_lazy as _

RULES = {
    "public": _("The item is public."),
    "owner-organisation": _("They belong to the owner, or to an organisation below it."),
    "supervising-role": _("They hold a supervising role at the owner or above it."),
    "network": _("The item is shared with everyone competent in the network."),
    "recipient-organisation": _("Their organisation, or one above it, is a recipient."),
    "recipient-group": _("They are in a working group that is a recipient."),
    "recipient-user": _("They are named as a person."),
    "supervising-role-quarantine": _("The item is in quarantine, and they supervise its owner."),
    "put-in-quarantine": _("They put the item in quarantine."),
    "no-live-version": _("The item is not published."),
    "not-signed-in": _("Nobody without an account can read it."),
    "account-not-in-good-standing": _("The account is not in use: suspended, not enrolled, or without the terms."),
    "no-membership": _("They have no membership."),
    "membership-not-valid-today": _("Their membership is not valid today."),
    "role-does-not-read": _("Their role does not read items."),
    "not-competent-for-element": _("They are not competent for the item's element."),
    "not-competent-for-country": _("They are not competent for any of the item's countries."),
    "quarantined": _("The item is in quarantine."),
    "outside-audience-owner": _("The item is its owner's alone."),
    "outside-audience-restricted": _("They are not among the recipients."),
    "outside-audience-withdrawn": _("The item was withdrawn."),
    "outside-audience-network": _("They are not competent for the item."),
}
