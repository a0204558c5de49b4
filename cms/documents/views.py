"""Files over HTTP: given out by the application after each check, and taken in for the editor."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core.identifiers import uuid_or_404
from cms.core.posted import posted_number
from cms.documents import storage
from cms.documents.filetypes import WIDTHS
from cms.documents.models import File
from cms.documents.presentation import editor_state
from cms.documents.refusals import refusal
from cms.documents.rules import may_keep
from cms.documents.selectors import Readable, readable_file
from cms.documents.services import store_upload
from cms.organisations.models import Organisation
from cms.sharing.reach import reaches_of, writable_owners
from cms.users.http import ViewerRequest

logger = logging.getLogger("iconet.files")
_WIDTHS = {str(width): width for width in WIDTHS}
# nothing in a file runs, and no page elsewhere may hold it
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}


@require_safe
def whole(request: ViewerRequest, identifier: str) -> HttpResponseBase:
    """Give out a file to be kept: a copy, where the owner allows copies; on record."""
    readable = _readable(request, identifier)
    if not _may_keep(request, readable):
        message = _("The owner of this item does not allow copies.")
        return render(request, "403.html", {"message": message}, status=403)
    _record(request, readable, Event.FILE_DOWNLOADED)
    return _given(readable.file, None)


def _may_keep(request: ViewerRequest, readable: Readable) -> bool:
    """Tell whether the person may have a copy: who works on the item, else where its owner allows copies."""
    sharing = readable.file.sharing
    if readable.by_work or sharing is None:
        return True
    return may_keep(request.viewer, sharing, request.at)


@require_safe
def in_width(request: ViewerRequest, identifier: str, width: str) -> HttpResponseBase:
    """Show a picture in one of its widths, as part of the page that shows it; on record."""
    if width not in _WIDTHS:
        raise Http404
    readable = _readable(request, identifier)
    if readable.file.width is None:
        raise Http404
    _record(request, readable, Event.FILE_VIEWED)
    return _given(readable.file, _WIDTHS[width])


def _readable(request: ViewerRequest, identifier: str) -> Readable:
    readable = readable_file(request.viewer, uuid_or_404(identifier), request.at)
    if readable is None:
        raise Http404
    return readable


def _given(file: File, width: int | None) -> HttpResponseBase:
    """Return the bytes, or have the web server in front send them."""
    path = storage.path_of(file.uuid, width)
    response: Any
    if settings.FILES_ACCEL_PREFIX:
        response = HttpResponse(content_type=file.media_type)
        response["X-Accel-Redirect"] = settings.FILES_ACCEL_PREFIX + storage.relative_path(file.uuid, width)
    else:
        try:
            response = FileResponse(path.open("rb"), content_type=_media_type(file))
        except FileNotFoundError:
            logger.error("The bytes of the file %s are not there.", file.uuid)
            raise Http404 from None
    disposition = content_disposition_header(as_attachment=width is None, filename=file.name)
    for name, value in {**_HEADERS, "Content-Disposition": disposition or "attachment"}.items():
        response[name] = value
    return response  # type: ignore[no-any-return]


def _media_type(file: File) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def _record(request: ViewerRequest, readable: Readable, event: Event) -> None:
    file, sharing = readable.file, readable.file.sharing
    record(
        Entry(
            event=event,
            at=request.at,
            actor_id=request.viewer.pk,
            item=sharing.uuid if sharing else None,
            version=sharing.page.live_revision_id if sharing else None,
            owner_id=sharing.owner_id if sharing else file.organisation_id,
            marking=sharing.marking if sharing else "",
            rule=readable.rule,
            details={"file": str(file.uuid)},
        )
    )


@require_POST
def upload(request: ViewerRequest) -> HttpResponse:
    """Take one file for the editor; answer what it is, or what is wrong with it, as JSON."""
    given = request.FILES.get("file")
    organisation = _organisation(request)
    if organisation is None:
        raise Http404
    try:
        if not isinstance(given, UploadedFile):
            raise refusal(request.POST.get("name", "")[:100], "large" if "name" in request.POST else "empty")
        file = _stored(request, given, organisation)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    return JsonResponse({"file": editor_state(file)}, status=201)


def _organisation(request: ViewerRequest) -> Organisation | None:
    """Return for whom is uploaded: the organisation named where the viewer writes for it, else the first one."""
    own = writable_owners(reaches_of(request.viewer, request.at)).order_by("pk")
    return own.filter(pk=posted_number(request, "organisation") or 0).first() or own.first()


def _stored(request: ViewerRequest, given: UploadedFile[Any], organisation: Organisation) -> File:
    actor: Any = request.viewer
    with storage.workplace() as place:
        source = place / "upload"
        _write(given, source)
        return store_upload(
            source=source,
            name=given.name or "",
            images_only=request.POST.get("kind") == "image",
            organisation=organisation,
            actor=actor,
            at=request.at,
        )


def _write(given: UploadedFile[Any], target: Path) -> None:
    with target.open("wb") as opened:
        for chunk in given.chunks():
            opened.write(chunk)
