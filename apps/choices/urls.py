from django.urls import URLPattern

app_name = "choices"
urlpatterns: list[URLPattern] = []
