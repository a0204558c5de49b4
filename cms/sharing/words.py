"""The oracle's rules in words, for pages that list people, pages that explain one decision, and the command."""

from django.utils.translation import gettext_lazy as _

RULES = {
    "public": _("The item is public."),
    "owner-organisation": _("Membership of the owner, or of an organisation below it."),
    "supervising-role": _("A supervising role at the owner, or above it."),
    "network": _("The item is shared with everyone competent in the network."),
    "recipient-organisation": _("The organisation, or one above it, is a recipient."),
    "recipient-group": _("A working group is a recipient, and the person or the organisation is in it."),
    "recipient-user": _("The person is named as a recipient."),
    "supervising-role-quarantine": _("The item is in quarantine, and the role supervises its owner."),
    "put-in-quarantine": _("The item is in quarantine, and this person put it there."),
    "no-sharing-row": _("The item has no sharing row, so nobody may read it."),
    "no-live-version": _("The item has no published version: only its editors see it."),
    "not-signed-in": _("The item is not public, and nobody is signed in."),
    "account-not-in-good-standing": _("The account is suspended, not enrolled, or has not accepted the current terms."),
    "no-membership": _("The person has no membership."),
    "membership-not-valid-today": _("No membership is valid on this day."),
    "role-does-not-read": _("The role does not read items."),
    "not-competent-for-element": _("No membership is competent for the item's element."),
    "not-competent-for-country": _("No membership is competent for any of the item's countries."),
    "quarantined": _("The item is in quarantine: only who supervises its owner, or put it there, reads it."),
    "outside-audience-owner": _("The item is its owner's alone."),
    "outside-audience-restricted": _(
        "No recipient of the item names the person, a group or an organisation of theirs."
    ),
    "outside-audience-withdrawn": _("The item was withdrawn: only its owner reads it."),
    "outside-audience-network": _("The item is shared with the network, but not with this membership."),
}
