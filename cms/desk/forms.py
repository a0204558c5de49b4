"""Forms of the desk: how somebody wants to be told of what."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.notifications.enums import Frequency
from cms.notifications.models import NoticeSettings, Subscription
from cms.users.models import User
from content_types.models import TopicPage
from content_types.structure import visible_element_pages
from content_types.vocabularies import COUNTRY_CODES, country_name


class NoticeSettingsForm(forms.ModelForm[NoticeSettings]):
    """Language, and mails about what waits for oneself."""

    class Meta:
        model = NoticeSettings
        fields: ClassVar[list[str]] = ["language", "personal"]
        help_texts: ClassVar[dict[str, Any]] = {
            "personal": _("Something urgent is always mailed at once; on the site you see everything at once."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of this site and of mails"), choices=settings.LANGUAGES
        )


class SubscriptionForm(forms.ModelForm[Subscription]):
    """One more thing to be told of; empty parts stand for any."""

    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = ["element", "topic", "country", "urgency", "frequency"]

    def __init__(self, *args: Any, viewer: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = visible_element_pages(viewer, at)
        elements = Element.objects.filter(pk__in=[page.element_id for page in pages])
        self.fields["element"] = forms.ModelChoiceField(
            elements, label=_("Element"), required=False, empty_label=str(_("Any"))
        )
        topics = TopicPage.objects.none()
        for page in pages:
            topics |= TopicPage.objects.live().descendant_of(page)
        self.fields["topic"] = forms.ModelChoiceField(
            topics.order_by("path"), label=_("Topic"), required=False, empty_label=str(_("Any"))
        )
        countries = sorted(((code, country_name(code)) for code in COUNTRY_CODES), key=lambda pair: pair[1])
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), required=False, choices=[("", _("Any")), *countries]
        )
        self.fields["frequency"] = forms.ChoiceField(label=_("Mail"), choices=Frequency.choices)
