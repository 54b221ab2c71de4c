"""The product's addresses and the style guide, which production does not serve."""

from django.urls import path
from django.views.generic import TemplateView

from trimtab.config.urls import urlpatterns as product

urlpatterns = [*product, path("style-guide/", TemplateView.as_view(template_name="workspaces/style_guide.html"))]
