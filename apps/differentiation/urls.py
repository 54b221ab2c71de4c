from django.urls import path

from apps.differentiation import place_views, views, weight_views

app_name = "differentiation"
urlpatterns = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
    path("suggest/", views.suggest, name="suggest"),
    path("weights/", weight_views.weights, name="weights"),
    path("weights/choose/", weight_views.choose, name="choose-weights"),
    path("weights/pairs/", weight_views.judge, {"method": "ahp"}, name="judge-ahp"),
    path("weights/pairs/keep/", weight_views.keep, {"method": "ahp"}, name="keep-ahp"),
    path("weights/pairs/check/", weight_views.check, {"method": "ahp"}, name="check-ahp"),
    path("weights/best-worst/", weight_views.judge, {"method": "best_worst"}, name="judge-best-worst"),
    path("weights/best-worst/keep/", weight_views.keep, {"method": "best_worst"}, name="keep-best-worst"),
    path("weights/best-worst/check/", weight_views.check, {"method": "best_worst"}, name="check-best-worst"),
    path("weights/swing/", weight_views.judge, {"method": "swing"}, name="judge-swing"),
    path("weights/swing/keep/", weight_views.keep, {"method": "swing"}, name="keep-swing"),
    path("weights/swing/check/", weight_views.check, {"method": "swing"}, name="check-swing"),
    path("weights/judgements/<int:judgement_id>/take-back/", weight_views.take_back, name="take-back"),
    path("map/", place_views.perceptual_map, name="map"),
    path("canvas/", place_views.canvas, name="canvas"),
    path("white-spaces/", place_views.white_spaces, name="white-spaces"),
    path("entrant/", place_views.entrant, name="entrant"),
    path("criteria/<int:criterion_id>/", views.criterion, name="criterion"),
    path("criteria/<int:criterion_id>/change/", views.change, name="change"),
    path("criteria/<int:criterion_id>/rate/", views.rate, name="rate"),
    path("criteria/<int:criterion_id>/leave-out/", views.leave_out, name="leave-out"),
]
