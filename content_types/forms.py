"""The editor's form of an item: its text, and beside it what goes into the sharing rows."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorList
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamBlockValidationError

from cms.core.instants import current_instant
from cms.core.widgets import FilterableCheckboxes
from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.audience_templates import Audience, audience_of, last_audience, templates_for
from cms.sharing.ceilings import check_state, widest_allowed
from cms.sharing.enums import Marking, SharingState
from cms.sharing.exceptions import AboveCeiling
from cms.sharing.forms import SharingFields, twelve_months_from
from cms.sharing.models import Sharing
from cms.sharing.reach import may_write_for, writable_elements, writable_owners
from content_types.completeness import is_empty, what_to_fill_in
from content_types.draft_scope import current_viewer, viewer_for
from content_types.drafts import DraftFacts
from content_types.models import TopicPage
from content_types.vocabularies import COUNTRY_CODES, Language, country_name

_FIRST_AUDIENCE = Audience(marking=Marking.AMBER, state=SharingState.OWNER)


class ContentForm(SharingFields, WagtailAdminPageForm):
    """Text fields come from the page; the rest is kept in sharing rows, and is fixed here once it was published."""

    item_owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("Whose item it is: an organisation, never a person."),
    )
    element = forms.ModelChoiceField(label=gettext_lazy("Element"), queryset=Element.objects.none(), empty_label=None)
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries it is about"),
        required=False,
        widget=FilterableCheckboxes,
        help_text=gettext_lazy("Readers who are competent for some countries only see it if it names one of theirs."),
    )
    audience_template = forms.ChoiceField(
        label=gettext_lazy("Saved audience"),
        required=False,
        help_text=gettext_lazy("Fills in what is below; nothing is saved yet."),
    )
    keep_as = forms.CharField(
        label=gettext_lazy("Keep this audience as"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A name, if you want to use it again."),
    )

    in_sharing_rows: ClassVar[tuple[str, ...]] = (
        "item_owner", "element", "countries", "audience_template", "keep_as", "marking", "state", "organisations",
        "groups", "present_members", "persons", "recipients_from", "recipients_until", "purpose", "use_limits",
        "copies_allowed",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        viewer = current_viewer()
        self.at: datetime = current_instant() if viewer is None else viewer.at
        self.viewer = viewer_for(self.for_user, self.at)
        self.sharing = None if self.instance.pk is None else Sharing.objects.get(page_id=self.instance.pk)
        self.audience: Audience | None = None
        self._prepare_text()
        if self.sharing is not None and self.sharing.first_shared_at is not None:
            for name in self.in_sharing_rows:
                del self.fields[name]
        else:
            self._prepare_facts()
            self.prepare_sharing(self._stored_audience(), self.at)

    def _prepare_text(self) -> None:
        for name in self.instance.required_at_submission:
            if name != "body":  # its own field refuses an empty one only where it may never be empty
                self.fields[name].required = True
        elements = writable_elements(self.viewer.reaches)
        self._fields("topic").queryset = _topics_below(elements)
        if self.instance.pk is None:
            today = self.at.date()
            language = (get_language() or "")[:2]
            initial: dict[str, Any] = {
                "information_date": today,
                "review_date": twelve_months_from(today),
                "language": language if language in Language.values else Language.EN,
                "body": self._fields("body").block.to_python([{"type": "text", "value": ""}]),
            }
            self.initial = {**self.initial, **initial}

    def _prepare_facts(self) -> None:
        owners: Any = writable_owners(self.viewer.reaches)
        elements: Any = writable_elements(self.viewer.reaches)
        last = self.sharing or Sharing.objects.filter(author=self.for_user).order_by("-pk").first()
        if self.sharing is not None:
            owners = Organisation.objects.filter(pk__in=[*owners.values_list("pk", flat=True), self.sharing.owner_id])
        self._fields("item_owner").queryset, self._fields("element").queryset = owners, elements
        codes = sorted(COUNTRY_CODES, key=country_name)
        self._fields("countries").choices = [(code, country_name(code)) for code in codes]
        facts: dict[str, Any] = {
            "item_owner": getattr(last, "owner_id", None),
            "element": getattr(last, "element_id", None),
            "countries": self.sharing.countries if self.sharing else [],
        }
        self.initial = {**self.initial, **facts}
        templates = templates_for(self.for_user, self.at)
        self.templates = {str(template.pk): template for template in templates}
        choices = [(key, f"{template.name} ({template.organisation.name})") for key, template in self.templates.items()]
        self._fields("audience_template").choices = [("", _("Choose …")), *choices]
        if not choices:
            del self.fields["audience_template"]

    def _fields(self, name: str) -> Any:
        return self.fields[name]

    def _stored_audience(self) -> Audience:
        if self.sharing is not None:
            proposal = self.sharing.proposal
            return audience_of(proposal, proposal.recipients.all())
        owner = self._fields("item_owner").queryset.filter(pk=self.initial["item_owner"]).first()
        owner = owner or self._fields("item_owner").queryset.first()
        last = None if owner is None else last_audience(owner, self.for_user, self.at)
        return last or _FIRST_AUDIENCE

    @property
    def actor(self) -> Any:
        """Who fills in the form: the account itself."""
        return self.for_user

    @property
    def facts(self) -> DraftFacts | None:
        """What was filled in about owner, element and countries; None where these are fixed."""
        if "item_owner" not in self.fields:
            return None
        data = self.cleaned_data
        return DraftFacts(owner=data["item_owner"], element=data["element"], countries=data.get("countries", []))

    def clean(self) -> dict[str, Any]:
        """Check what no field can check alone; a draft may be saved incomplete, a submission may not."""
        data: dict[str, Any] = super().clean() or {}
        needs_body = "body" in self.instance.needed_at_submission()
        if not self.is_deferred_validation and needs_body and "body" in data and is_empty(data["body"]):
            sentence = what_to_fill_in(self.instance, "body")
            self.add_error("body", StreamBlockValidationError(non_block_errors=ErrorList([sentence])))
        if "item_owner" in self.fields:
            self._clean_sharing(data)
        return data

    def _clean_sharing(self, data: dict[str, Any]) -> None:
        owner, element = data.get("item_owner"), data.get("element")
        if owner is None or element is None:
            return
        if not may_write_for(self.viewer.reaches, owner, element, data.get("countries", [])):
            self.add_error("element", _("You may not write for this owner about this element and these countries."))
        self.audience = self.chosen_audience(element.code, self.at)
        if self.audience is not None and not self.is_deferred_validation:
            self._clean_for_submission(self.audience, owner, element)

    def _clean_for_submission(self, audience: Audience, owner: Organisation, element: Element) -> None:
        if audience.state == SharingState.RESTRICTED and not audience.targets:
            self.add_error("organisations", _("Name at least one recipient, or choose “Our own organisation only”."))
        try:
            check_state(audience.marking, audience.state, widest_allowed(audience.marking, element, owner))
        except AboveCeiling as error:
            self.add_error("state", error.message_dict["state"])

    def with_template(self) -> Any:
        """Return the posted data with the chosen saved audience filled in, for the form to be shown again."""
        posted: Any = self.data
        template = self.templates.get(posted.get("audience_template", ""))
        data = posted.copy()
        if template is None:
            return data
        audience = audience_of(template, template.recipients.all())
        self.prepare_sharing(audience, self.at)
        for name in ("marking", "state", "persons"):
            data[name] = self.initial[name]
        for name in ("organisations", "groups", "use_limits"):
            data.setlist(name, self.initial[name])
        data["copies_allowed"] = "on" if audience.copies_allowed else ""
        data["recipients_until"] = twelve_months_from(self.at.date()).isoformat()
        return data


def _topics_below(elements: Any) -> Any:
    """Return the live topics below the pages of these elements."""
    topics = TopicPage.objects.none()
    for page in [element.page for element in elements.select_related("page") if hasattr(element, "page")]:
        topics |= TopicPage.objects.live().descendant_of(page)
    return topics.order_by("path")
