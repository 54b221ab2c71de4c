from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModellabConfig(AppConfig):
    name = "apps.modellab"
    verbose_name = _("Model lab")

    def ready(self) -> None:
        from apps.estimates.lineage import InputKind, register
        from apps.modellab import lineage

        register(InputKind(lineage.LABELLED_SET, lineage.set_contents, lineage.set_page))
        register(InputKind(lineage.TRAINING_RUN, lineage.run_contents, lineage.run_page))
