from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChoicesConfig(AppConfig):
    name = "apps.choices"
    verbose_name = _("Choices")

    def ready(self) -> None:
        from apps.choices import market_lineage
        from apps.estimates.lineage import InputKind, register

        register(InputKind(market_lineage.MARKET, market_lineage.contents_of, market_lineage.page_of))
