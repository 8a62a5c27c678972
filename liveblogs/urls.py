"""The public addresses. Those of a blog come last: its slug could be anything that is not one of ours."""

from django.urls import path

from . import views

app_name = "liveblogs"
urlpatterns = [
    path("", views.home, name="home"),
    path("bylines/<slug:slug>/", views.byline_page, name="byline"),
    path("<slug:slug>/", views.blog_page, name="blog"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/<slug:public_id>/", views.post_page, name="post"),
]
