from django.urls import URLPattern

app_name = "modellab"
urlpatterns: list[URLPattern] = []
