from __future__ import annotations

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.onboarding import services
from apps.onboarding.forms import AccountForm
from apps.onboarding.selectors import FIRST_OWNER
from apps.workspaces.errors import Refused
from apps.workspaces.models import User


class PersonRequest(HttpRequest):
    """A request by somebody who is signed in."""

    user: User  # type: ignore[assignment]


@never_cache
@require_GET
def sign_in(request: HttpRequest, link_id: int, secret: str) -> HttpResponse:
    """Signs the person of a printed link in; a browser that only looks ahead does not use the link up."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return HttpResponse(status=503)
    try:
        user = services.use_sign_in_link(link_id=link_id, secret=secret)
    except Refused as refusal:
        if request.user.is_authenticated:
            return redirect("home")
        return render(request, "onboarding/link_refused.html", {"refusal": refusal}, status=404)
    return perform_login(
        request, user, email_verification=EmailVerificationMethod.NONE, redirect_url=reverse("welcome")
    )


@never_cache
@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: PersonRequest) -> HttpResponse:
    """Asks a person without a password for one, once; "not now" leads on."""
    user = request.user
    if user.has_usable_password():
        return redirect("home")
    known = {} if user.email == FIRST_OWNER else {"email": user.email}
    form = AccountForm(request.POST or None, user=user, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.claim_account(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Saved. From now on you can sign in with this address and password."))
            return redirect("home")
    return render(request, "onboarding/welcome.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def load_sample(request: PersonRequest) -> HttpResponse:
    workspace = services.load_sample(owner=request.user)
    return redirect("dashboards:overview", workspace.slug)
