"""Every address of the project."""

from allauth.account.views import logout
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls

from cms.core.views import health
from cms.sharing.views.flagging import flag
from cms.users.views import invitation, terms
from content_types.view_as import reader_page
from content_types.views import item, item_print, structure

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("accounts/terms/", terms, name="terms"),
    path("accounts/invitation/<str:token>/", invitation, name="invitation"),
    path("accounts/language/", set_language, name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("i/<str:identifier>/", item, name="item"),
    path("i/<str:identifier>/print/", item_print, name="item-print"),
    path("i/<str:identifier>/flag/", flag, name="flag"),
    path("", include("cms.documents.urls")),
    path("", include("search.urls")),
    path("audit/", include("cms.oversight.urls")),
    path("", include("cms.desk.urls")),
    path("", include("workflows.alerts.urls")),
    path("", include("workflows.disclosures.urls")),
    path("api/v1/", include("cms.api.urls")),
    path("cms/sharing/<str:identifier>/view-as/page/", reader_page, name="sharing-reader-page"),
    path("cms/sharing/", include("cms.sharing.urls")),
    # our own pages at Wagtail's addresses stand before Wagtail's
    # the way out too: Wagtail's leads back to itself
    path("cms/logout/", logout),
    path("cms/retention/", include("workflows.retention.urls")),
    path("cms/", include("workflows.urls")),
    path("cms/", include("cms.administration.urls")),
    path("cms/", include(wagtailadmin_urls)),
    # Wagtail asks for this name when it makes the address of a structure page
    re_path(r"^((?:[\w-]+/)*)$", structure, name="wagtail_serve"),
]
