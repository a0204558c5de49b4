"""Addresses of the desk, below `/cms/`; those of Wagtail's that we answer ourselves keep Wagtail's names."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from workflows import views

_ours = (
    [
        path("", views.bulletins, name="bulletins"),
        path("new/", views.write, name="write"),
        path("<str:identifier>/", views.item, name="item"),
        path("<str:identifier>/submit/", views.submit, name="submit"),
        path("<str:identifier>/take-back/", views.take_back, name="take-back"),
        path("<str:identifier>/approve/", views.approve, name="approve"),
        path("<str:identifier>/return/", views.send_back, name="return"),
    ],
    "workflows",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="wagtailadmin_home"),
    path("account/", views.account, name="wagtailadmin_account"),
    path("bulletins/", include(_ours)),
]
