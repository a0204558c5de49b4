"""How Wagtail shows and edits our pages: items by views that go through the services, structure for curators."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.tables.pages import BulkActionsColumn
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.move import MoveChooseDestinationView
from wagtail.admin.views.pages.ordering import SetPagePositionView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.core.posted import posted_number
from cms.sharing.audience_templates import save_template
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Sharing
from cms.sharing.services import lock
from content_types.draft_scope import serving_viewer
from content_types.drafts import EditedMeanwhile, create_draft, refuse_if_newer, save_draft
from content_types.forms import ContentForm
from content_types.models import Alert, Bulletin
from content_types.signals import draft_opened
from content_types.trail import record_draft_viewed, record_structure_changed


class ItemFormView:
    """What making and editing an item share: three things to do with the form, and no other."""

    request: HttpRequest
    form: ContentForm
    page: Any
    has_unsaved_changes: bool

    @cached_property
    def action_name_and_method(self) -> tuple[str, Any]:
        """Save or submit: publishing, scheduling and acts of a workflow are not among them, whatever is posted."""
        if self.request.POST.get("action-submit"):
            return "submit", self.save_action
        return "save", self.save_action

    def get_side_panels(self) -> MediaContainer:
        """Return none: what they lead to is closed."""
        return MediaContainer()

    def get_editing_sessions(self) -> None:
        """Show nobody's presence: who saves second is told."""
        return

    def get_template_names(self) -> list[str]:
        """Return our own page around the form."""
        return ["wagtailadmin/items/editor.html"]

    def fill_in_audience(self) -> HttpResponse:
        """Show the form again with a saved audience filled in; nothing is saved."""
        self.form.data = self.form.with_template()
        self.form._errors = ErrorDict()
        self.form.cleaned_data = {}
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())  # type: ignore[attr-defined,no-any-return]

    def save_action(self) -> HttpResponse:
        """Save through the services; what they refuse is said beside the form, with all that was typed."""
        try:
            self.save_item()
            self._keep_audience()
        except EditedMeanwhile as error:
            return self.refuse_newer(error)
        except (NotAllowed, ValidationError) as error:
            message = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self.form.add_error(None, message)
            return self.form_invalid(self.form)  # type: ignore[attr-defined,no-any-return]
        sharing = Sharing.objects.get(page_id=self.page.pk)
        if self.action_name == "submit":
            return redirect(reverse("workflows:item", args=[sharing.uuid]) + "#submit")
        messages.success(
            self.request,
            _("Draft saved."),
            buttons=[messages.button(reverse("workflows:item", args=[sharing.uuid]), _("Look at it"))],
        )
        return redirect("wagtailadmin_pages:edit", self.page.pk)

    def save_item(self) -> None:
        """Save the form through a service."""
        raise NotImplementedError

    def refuse_newer(self, error: EditedMeanwhile) -> HttpResponse:
        """Say that somebody saved meanwhile."""
        raise NotImplementedError

    @property
    def action_name(self) -> str:
        """What is to be done with the form."""
        return self.action_name_and_method[0]

    def _keep_audience(self) -> None:
        name, facts, audience = self.form.cleaned_data.get("keep_as"), self.form.facts, self.form.audience
        if name and facts is not None and audience is not None:
            save_template(
                organisation=facts.owner,
                name=name,
                audience=audience,
                actor=self.form.actor,
                at=self.form.at,
            )


class CreateItemView(ItemFormView, CreateView):
    """A new item."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save, submit, or fill in a saved audience."""
        if request.POST.get("action-use-audience"):
            self.form = self.form_class(
                request.POST, instance=self.page, parent_page=self.parent_page, for_user=request.user
            )
            return self.fill_in_audience()
        response: HttpResponse = super().post(request)
        return response

    def save_item(self) -> None:
        """Make the item."""
        facts, audience = self.form.facts, self.form.audience
        if facts is None or audience is None:
            raise ValidationError(_("Say whose item it is and who may read it."))
        self.page = self.form.save(commit=False)
        create_draft(page=self.page, facts=facts, audience=audience, actor=self.form.actor, at=self.form.at)


class EditItemView(ItemFormView, EditView):
    """An item's text, and what goes with it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the newest version; that it was opened is on record."""
        sharing = Sharing.objects.get(page_id=self.page.pk)
        viewer = serving_viewer(request.user)
        record_draft_viewed(viewer, sharing)
        draft_opened.send(sender=type(self.page), sharing=sharing, user=viewer.user, at=viewer.at)
        if self.page.workflow_in_progress:
            messages.warning(request, _("This text waits for approval. Saving it makes it a draft again."))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, submit, or fill in a saved audience; under the item's lock, on the version that was opened."""
        sharing = lock(Sharing.objects.get(page_id=self.page.pk).pk)
        if request.POST.get("action-use-audience"):
            self.form = self._posted_form()
            return self.fill_in_audience()
        try:
            refuse_if_newer(sharing, self.opened)
        except EditedMeanwhile as error:
            self.form = self._posted_form()
            self.form.defer_required_fields()
            self.form.is_valid()
            return self.refuse_newer(error)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    @property
    def opened(self) -> int | None:
        """The revision that the form was opened with."""
        return posted_number(self.request, "loaded_revision_id")

    def _posted_form(self) -> ContentForm:
        form: ContentForm = self.form_class(
            self.request.POST, instance=self.page, parent_page=self.parent, for_user=self.request.user
        )
        return form

    def save_item(self) -> None:
        """Save a new version."""
        self.page = self.form.save(commit=False)
        save_draft(
            page=self.page,
            opened=self.opened,
            facts=self.form.facts,
            audience=self.form.audience,
            actor=self.form.actor,
            at=self.form.at,
        )

    def refuse_newer(self, error: EditedMeanwhile) -> HttpResponse:
        """Show the form with what was typed; saving once more replaces the newer version, knowingly."""
        newest = error.revision
        self.latest_revision, self.page.latest_revision = newest, newest
        who = newest.user.name if newest.user else _("Somebody")
        messages.error(
            self.request,
            format_html(
                _(
                    "{} saved a newer version at {} UTC while you were writing. Nothing was overwritten, and what you "
                    'typed is still here. <a href="{}" target="_blank">Look at the newer version</a>; if yours shall '
                    "take its place, save once more."
                ),
                who,
                newest.created_at.strftime("%H:%M"),
                reverse("workflows:item", args=[self.page.slug]),
            ),
        )
        self.errors_debug, self.has_unsaved_changes = "", True
        return self.render_to_response(self.get_context_data())  # type: ignore[no-any-return]


class BulletinViewSet(PageViewSet):
    """Bulletins."""

    model = Bulletin
    add_view_class = CreateItemView
    edit_view_class = EditItemView


class AlertViewSet(BulletinViewSet):
    """Alerts."""

    model = Alert


class StructureIndexView(ExplorableIndexView):
    """The explorer of structure pages: no search, no filters, no acts on many pages at once."""

    is_searchable = False
    base_columns = [column for column in ExplorableIndexView.base_columns if not isinstance(column, BulkActionsColumn)]

    def get_side_panels(self) -> MediaContainer:
        """Return none: what they lead to is closed."""
        return MediaContainer()


class StructureCreateView(CreateView):
    """A new topic."""

    def get_side_panels(self) -> MediaContainer:
        """Return none: what they lead to is closed."""
        return MediaContainer()


class StructureEditView(EditView):
    """Home, an element or a topic."""

    def get_side_panels(self) -> MediaContainer:
        """Return none: what they lead to is closed."""
        return MediaContainer()

    def get_editing_sessions(self) -> None:
        """Show nobody's presence."""
        return


class MoveForm(forms.Form):
    """Where a topic goes: a plain list of the places that can hold it."""

    def __init__(self, *args: Any, page_to_move: Page, target_parent_models: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = Page.objects.descendant_of(page_to_move, inclusive=True).values("pk")
        places = Page.objects.type(*target_parent_models).exclude(pk__in=below).order_by("path")
        self.fields["new_parent_page"] = _PlaceField(queryset=places, label=_("New place"))


class _PlaceField(forms.ModelChoiceField[Page]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{'– ' * (obj.depth - 3)}{obj.title}"


class MoveTopicView(MoveChooseDestinationView):
    """Choose where a topic goes."""

    form_class = MoveForm
    template_name = "wagtailadmin/structure/move.html"


class ReorderView(SetPagePositionView):
    """Put a structure page in another place among its neighbours; on record."""

    def post(self, request: HttpRequest, page_to_move_id: int, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move, then record."""
        response: HttpResponse = super().post(request, page_to_move_id, *args, **kwargs)
        record_structure_changed(serving_viewer(request.user), page_to_move_id, "reordered")
        return response


class StructureViewSet(PageViewSet):
    """All other pages, in place of Wagtail's own views of them; the explorer shows structure pages only."""

    model = Page
    add_view_class = StructureCreateView
    edit_view_class = StructureEditView
    index_view_class = StructureIndexView
    filterset_class = None
    move_view_class = MoveTopicView
    set_page_position_view_class = ReorderView


VIEWSETS = (StructureViewSet(), BulletinViewSet(), AlertViewSet())
