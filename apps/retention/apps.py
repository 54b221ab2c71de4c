from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RetentionConfig(AppConfig):
    name = "apps.retention"
    verbose_name = _("Retention")

    def ready(self) -> None:
        from apps.estimates.lineage import InputKind, register
        from apps.retention import experiment_selectors
        from apps.retention.experiment_evidence import EXPERIMENTS

        register(InputKind(EXPERIMENTS, experiment_selectors.contents_of, experiment_selectors.page_of))
