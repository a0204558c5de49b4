"""Addresses of the desk on the reader site."""

from django.urls import path

from cms.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/read/", views.read_everything, name="read-everything"),
    path("i/<str:identifier>/watch/", views.watch_item, name="watch"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/settings/", views.notice_settings, name="notice-settings"),
    path("notices/settings/subscribe/", views.subscribe, name="subscribe"),
    path("notices/settings/<int:pk>/remove/", views.unsubscribe, name="unsubscribe"),
]
