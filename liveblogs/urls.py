from django.urls import URLPattern

app_name = "liveblogs"
urlpatterns: list[URLPattern] = []
