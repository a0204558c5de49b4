"""The addresses of search on the reader site."""

from django.urls import path

from search.saved_views import change, empty_history, forget, save, saved
from search.views import export, search_page, similar_page, suggest

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/suggest/", suggest, name="search-suggest"),
    path("search/export/<str:form>/", export, name="search-export"),
    path("search/like/<str:identifier>/", similar_page, name="search-similar"),
    path("search/saved/", saved, name="saved-searches"),
    path("search/saved/add/", save, name="save-search"),
    path("search/saved/<str:handle>/change/", change, name="change-saved-search"),
    path("search/saved/<str:handle>/delete/", forget, name="forget-saved-search"),
    path("search/history/empty/", empty_history, name="empty-search-history"),
]
