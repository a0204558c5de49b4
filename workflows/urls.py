"""Addresses of the desk, below `/cms/`; those of Wagtail's that we answer ourselves keep Wagtail's names."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from workflows.views import bulk, desk, item, upkeep, versions, workflow

_lists: list[URLPattern | URLResolver] = [
    path("bulletins/", desk.bulletins, name="bulletins"),
    path("bulletins/new/", desk.write, name="write"),
    path("bulletins/bulk/", bulk.bulk, name="bulk"),
    path("bulletins/export/", desk.export, name="export"),
    path("bulletins/reviews/", upkeep.reviews, name="reviews"),
    path("workflow/", workflow.workflow, name="workflow"),
    path("workflow/step/", workflow.set_step, name="set-step"),
    path("workflow/frame/", workflow.set_frame, name="set-frame"),
]

_item: list[URLPattern | URLResolver] = [
    path("", item.item, name="item"),
    path("submit/", item.submit, name="submit"),
    path("take-back/", item.take_back, name="take-back"),
    path("validate/", item.validate, name="validate"),
    path("approve/", item.approve, name="approve"),
    path("return/", item.send_back, name="return"),
    path("history/", versions.history, name="history"),
    path("compare/", versions.compare, name="compare"),
    path("versions/<int:version>/", versions.version, name="version"),
    path("versions/<int:version>/revert/", versions.revert, name="revert"),
    path("versions/<int:version>/comment/", versions.comment, name="comment"),
    path("comments/<uuid:comment>/settle/", versions.settle, name="settle"),
    path("discard/", versions.discard, name="discard"),
    path("dates/", upkeep.dates, name="dates"),
    path("review/", upkeep.review, name="review"),
    path("move/", upkeep.move, name="move"),
    path("close/", upkeep.close, name="close"),
    path("reopen/", upkeep.reopen, name="reopen"),
    path("lock/", upkeep.lock, name="lock"),
    path("unlock/", upkeep.unlock, name="unlock"),
]

_ours = ([*_lists, path("bulletins/<str:identifier>/", include(_item))], "workflows")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="wagtailadmin_home"),
    path("account/", desk.account, name="wagtailadmin_account"),
    path("", include(_ours)),
]
