"""The addresses of search: on the reader site, and of its synonyms in the editing interface."""

from django.urls import path

from search import saved_views, synonym_views
from search.views import export, related, search_page, similar_page, suggest

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/suggest/", suggest, name="search-suggest"),
    path("search/export/<str:form>/", export, name="search-export"),
    path("search/like/<str:identifier>/", similar_page, name="search-similar"),
    path("search/like/<str:identifier>/list/", related, name="search-related"),
    path("search/saved/", saved_views.saved, name="saved-searches"),
    path("search/saved/add/", saved_views.save, name="save-search"),
    path("search/saved/<str:handle>/change/", saved_views.change, name="change-saved-search"),
    path("search/saved/<str:handle>/delete/", saved_views.forget, name="forget-saved-search"),
    path("search/history/empty/", saved_views.empty_history, name="empty-search-history"),
    path("cms/synonyms/", synonym_views.index, name="synonyms"),
    path("cms/synonyms/add/", synonym_views.add, name="add-synonyms"),
    path("cms/synonyms/<uuid:handle>/", synonym_views.change, name="change-synonyms"),
    path("cms/synonyms/<uuid:handle>/delete/", synonym_views.delete, name="delete-synonyms"),
]
