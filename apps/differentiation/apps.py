from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DifferentiationConfig(AppConfig):
    name = "apps.differentiation"
    verbose_name = _("Differentiation")

    def ready(self) -> None:
        from apps.differentiation import selectors
        from apps.estimates.lineage import InputKind, register

        register(InputKind(selectors.CRITERION, selectors.criterion_contents, selectors.criterion_page))
        register(InputKind(selectors.WEIGHING, selectors.weighing_contents, selectors.weighing_page))
