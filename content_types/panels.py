"""In which order the editor shows the fields of a bulletin; who may read it stands beside the text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel

from cms.core.widgets import DayInput
from cms.sharing.models import Sharing
from content_types.forms import ContentForm


class PublishedSharingPanel(Panel):
    """Once an item was published: how it is shared now, and where that is changed."""

    class BoundPanel(Panel.BoundPanel):
        """The panel with its item."""

        template_name = "wagtailadmin/items/published_sharing.html"

        def is_shown(self) -> bool:
            """Tell whether the item was published."""
            return self.form is not None and "item_owner" not in self.form.fields

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the sharing row."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"sharing": Sharing.objects.select_related("owner", "element").get(page=self.instance.pk)}


class UseAudiencePanel(Panel):
    """The button that fills in a saved audience, usable without a script."""

    class BoundPanel(Panel.BoundPanel):
        """The button."""

        template_name = "wagtailadmin/items/use_audience.html"

        def is_shown(self) -> bool:
            """Tell whether there is a saved audience to choose."""
            return self.form is not None and "audience_template" in self.form.fields


TEXT = MultiFieldPanel(
    [
        FieldPanel(
            "title",
            classname="title",
            help_text=_("Says what it is about, without names or anything sensitive."),
        ),
        FieldPanel(
            "summary",
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Two or three sentences: what happened, where, why it matters. No personal data."),
        ),
        FieldPanel("body"),
    ],
    heading=_("Text"),
    classname="ic-editor__text",
)
INFORMATION = MultiFieldPanel(
    [
        FieldRowPanel([FieldPanel("element", required_on_save=True), FieldPanel("topic", widget=forms.Select)]),
        FieldRowPanel(
            [FieldPanel("information_date", widget=DayInput), FieldPanel("information_until", widget=DayInput)]
        ),
        FieldPanel("countries"),
        FieldPanel("language"),
    ],
    heading=_("What it is about"),
    classname="ic-editor__text",
)
ASSESSMENT = MultiFieldPanel(
    [
        FieldRowPanel([FieldPanel("reliability"), FieldPanel("accuracy")]),
        FieldRowPanel([FieldPanel("level"), FieldPanel("review_date", widget=DayInput)]),
    ],
    heading=_("Assessment (optional)"),
    classname="ic-editor__text collapsed",
)
SHARING = MultiFieldPanel(
    [
        PublishedSharingPanel(),
        FieldPanel("item_owner", required_on_save=True),
        FieldPanel("audience_template"),
        UseAudiencePanel(),
        FieldPanel("marking", required_on_save=True),
        FieldPanel("state", required_on_save=True),
        FieldPanel("organisations", classname="ic-recipients"),
        FieldPanel("groups", classname="ic-recipients"),
        FieldPanel("present_members", classname="ic-recipients"),
        FieldPanel("persons", classname="ic-recipients"),
        FieldRowPanel([FieldPanel("recipients_from"), FieldPanel("recipients_until")], classname="ic-recipients"),
        FieldPanel("purpose", classname="ic-recipients"),
        FieldPanel("use_limits"),
        FieldPanel("copies_allowed"),
        FieldPanel("keep_as"),
    ],
    heading=_("Who may read it, and how"),
    classname="ic-editor__sharing",
)


def bulletin_panels() -> ObjectList:
    """Return the edit handler of bulletins."""
    return ObjectList([TEXT, INFORMATION, ASSESSMENT, SHARING], base_form_class=ContentForm, classname="ic-editor")
