from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "apps.decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        from apps.decisions import selectors, services
        from apps.estimates.lineage import InputKind, register
        from apps.planning.models import Scenario

        register(InputKind(selectors.OPTION_SET, selectors.contents_of, selectors.page_of))
        # Planning stands below and does not know of decisions: this is how their results end with a scenario.
        pre_delete.connect(services.scenario_goes, sender=Scenario, dispatch_uid="decisions.scenario_goes")
