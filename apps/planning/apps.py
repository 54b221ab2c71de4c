from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "apps.planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        from apps.estimates.lineage import InputKind, register
        from apps.planning import selectors

        register(InputKind(selectors.SCENARIO, selectors.contents_of, selectors.page_of))
