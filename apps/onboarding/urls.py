from django.urls import path

from apps.onboarding import views

urlpatterns = [
    path("sign-in/<int:link_id>/<str:secret>/", views.sign_in, name="sign-in-link"),
    path("welcome/", views.welcome, name="welcome"),
    path("sample/", views.load_sample, name="sample"),
]
