from django.urls import path

from apps.decisions import ledger_views as views

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/decide/", views.decide, name="decide"),
    path("ledger/actuals/", views.note_actual, name="actual-note"),
    path("ledger/actuals/import/", views.import_actuals, name="actuals-import"),
    path("ledger/actuals/<int:actual_id>/remove/", views.remove_actual, name="actual-remove"),
    path("ledger/<int:decision_id>/", views.decision, name="decision"),
    path("ledger/<int:decision_id>/withdraw/", views.withdraw, name="decision-withdraw"),
    path("ledger/<int:decision_id>/restore/", views.restore, name="decision-restore"),
]
