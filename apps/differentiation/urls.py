from django.urls import path

from apps.differentiation import views

app_name = "differentiation"
urlpatterns = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
    path("suggest/", views.suggest, name="suggest"),
    path("criteria/<int:criterion_id>/", views.criterion, name="criterion"),
    path("criteria/<int:criterion_id>/change/", views.change, name="change"),
    path("criteria/<int:criterion_id>/rate/", views.rate, name="rate"),
    path("criteria/<int:criterion_id>/leave-out/", views.leave_out, name="leave-out"),
]
