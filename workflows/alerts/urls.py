"""Addresses of alerts on the reader site."""

from django.urls import path

from workflows.alerts.views import answering, deciding, duty, writing

urlpatterns = [
    path("alerts/", answering.waiting, name="alerts-waiting"),
    path("alerts/new/", writing.new, name="alert-new"),
    path("alerts/keep/", writing.keep, name="alert-keep"),
    path("alerts/similar/", writing.similar, name="alert-similar"),
    path("alerts/clocks/", duty.clocks, name="alert-clocks"),
    path("alerts/<str:identifier>/", deciding.alert, name="alert"),
    path("alerts/<str:identifier>/edit/", writing.edit, name="alert-edit"),
    path("alerts/<str:identifier>/submit/", deciding.submit, name="alert-submit"),
    path("alerts/<str:identifier>/publish/", deciding.publish, name="alert-publish"),
    path("alerts/<str:identifier>/take-back/", deciding.take_back, name="alert-take-back"),
    path("alerts/<str:identifier>/return/", deciding.send_back, name="alert-return"),
    path("alerts/<str:identifier>/board/", answering.board, name="alert-board"),
    path("alerts/<str:identifier>/acknowledge/", answering.acknowledge, name="alert-acknowledge"),
    path("alerts/<str:identifier>/acted/", answering.acted, name="alert-acted"),
    path("duty/", duty.duty, name="duty"),
    path("duty/hand-over/", duty.hand_over, name="duty-hand-over"),
    path("duty/<int:participant>/assign/", duty.assign, name="duty-assign"),
    path("duty/<int:pk>/remove/", duty.remove, name="duty-remove"),
    path("i/<str:identifier>/questions/", answering.questions, name="questions"),
]
