from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResearchConfig(AppConfig):
    name = "apps.research"
    verbose_name = _("Research")

    def ready(self) -> None:
        from apps.estimates.lineage import InputKind, register
        from apps.research import needs_selectors, pages, selectors

        register(InputKind(selectors.SOURCE, selectors.source_contents, pages.source_page))
        register(InputKind(selectors.FEEDBACK, selectors.feedback_contents, pages.feedback_page))
        register(InputKind(needs_selectors.NEED, needs_selectors.need_contents, needs_selectors.need_page))
