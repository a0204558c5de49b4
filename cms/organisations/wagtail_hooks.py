"""Lists of organisations and memberships for curators; changes go through the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, modeladmin_register
from wagtail_modeladmin.views import CreateView

from cms.core.instants import current_instant
from cms.organisations.enums import PARTICIPANT_KINDS, OrganisationKind, Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.selectors import holds_role
from cms.organisations.services import create_organisation


class CuratorsHelper(PermissionHelper):
    """Curators read; what else they may do says each list."""

    may_create = False

    def _curator(self, user: Any) -> bool:
        """Ask once in a request, for each row of a list asks again: the account is read anew for each request."""
        if not hasattr(user, "found_to_be_curator"):
            user.found_to_be_curator = holds_role(user, {Role.CURATOR}, current_instant())
        return bool(user.found_to_be_curator)

    def user_has_any_permissions(self, user: Any) -> bool:
        """Tell whether the person is a curator."""
        return self._curator(user)

    def user_can_list(self, user: Any) -> bool:
        """Tell whether the person is a curator."""
        return self._curator(user)

    def user_can_create(self, user: Any) -> bool:
        """Tell whether a curator adds here."""
        return self.may_create and self._curator(user)

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        """Answer no: rows of the directory change on pages of their own."""
        return False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        """Answer no: nothing of the directory is deleted."""
        return False


class RegisteringHelper(CuratorsHelper):
    """Curators register participants."""

    may_create = True


class ThroughService:
    """A form view that saves through a service, and says beside the fields what that refused."""

    request: Any
    index_url: str

    def form_valid(self, form: Any) -> HttpResponse:
        """Save; lead back to the list."""
        try:
            self.save(form)
        except ValidationError as error:
            known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if known else error.messages)
            response: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
            return response
        messages.success(self.request, _("Saved."))
        return redirect(self.index_url)

    def save(self, form: Any) -> None:
        """Call the service."""
        raise NotImplementedError


class ParticipantForm(WagtailAdminModelForm):
    """A new participant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in OrganisationKind if kind in PARTICIPANT_KINDS]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds)

    def _post_clean(self) -> None:
        """Leave the checks of the row as a whole to the service."""


class RegisterParticipant(ThroughService, CreateView):
    """Register a participant."""

    def save(self, form: Any) -> None:
        """Call the service."""
        data = form.cleaned_data
        create_organisation(
            key=data["key"],
            name=data["name"],
            kind=data["kind"],
            country=data["country"] or None,
            parent=None,
            actor=self.request.user,
            at=self.request.at,
        )


class OrganisationAdmin(ModelAdmin):
    """The directory of organisations."""

    model = Organisation
    menu_label = gettext_lazy("All organisations")
    menu_item_name = "organisations"
    menu_icon = "group"
    menu_order = 500
    list_display = ("name", "kind", "country", "parent", "ceiling", "merged_into")
    list_select_related = ("parent", "merged_into")
    search_fields = ("name", "key")
    permission_helper_class = RegisteringHelper
    create_view_class = RegisterParticipant
    history_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("key"), FieldPanel("kind"), FieldPanel("country")],
        base_form_class=ParticipantForm,
    )


class MembershipAdmin(ModelAdmin):
    """Who has which role, by function; names of people are shown inside the Commission only."""

    model = Membership
    menu_label = gettext_lazy("All memberships")
    menu_item_name = "memberships"
    menu_icon = "user"
    menu_order = 510
    list_display = ("organisation", "role", "competent_for", "valid_from", "valid_until", "person")
    search_fields = ("organisation__name",)
    permission_helper_class = CuratorsHelper
    history_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Return all memberships, by organisation and role, with what a row shows."""
        rows: QuerySet[Membership] = super().get_queryset(request)
        commission = Organisation.objects.filter(kind=OrganisationKind.COMMISSION).values("pk")
        inside = ExpressionWrapper(Q(organisation__lineage__0__in=commission), output_field=BooleanField())
        rows = rows.select_related("organisation", "user").prefetch_related("competences__element")
        return rows.annotate(in_commission=inside).order_by("organisation__name", "role", "pk")

    @staticmethod
    def competent_for(membership: Membership) -> str:
        """Return the elements and countries of the membership."""
        parts = []
        for competence in membership.competences.all():
            countries = f" ({', '.join(competence.countries)})" if competence.countries else ""
            parts.append(f"{competence.element}{countries}")
        return ", ".join(parts)

    @staticmethod
    def person(membership: Any) -> str:
        """Return the person's name, inside the Commission."""
        return str(membership.user.name) if membership.in_commission else ""


for admin in (OrganisationAdmin, MembershipAdmin):
    modeladmin_register(admin)
