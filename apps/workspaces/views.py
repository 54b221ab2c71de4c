from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.workspaces import selectors, services
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from apps.workspaces.forms import InvitationForm, RoleForm, TokenForm, WorkspaceForm
from apps.workspaces.models import User


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "workspaces/landing.html")
    workspace = selectors.home_workspace(request.user)
    return redirect("dashboards:overview", workspace.slug) if workspace else redirect("workspace-new")


@login_required
@require_http_methods(["GET", "POST"])
def new_workspace(request: HttpRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        workspace = services.create_workspace(owner=cast(User, request.user), **form.cleaned_data)
        return redirect("dashboards:overview", workspace.slug)
    return render(request, "workspaces/new.html", {"form": form})


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = selectors.invitation(secret, timezone.now())
    if invitation is None:
        return render(request, "workspaces/join.html", {"invitation": None}, status=404)
    if request.method == "GET" or not request.user.is_authenticated:
        request.session["invitation"] = str(invitation.pk)
        return render(request, "workspaces/join.html", {"invitation": invitation, "next": request.path})
    try:
        workspace = services.accept_invitation(invitation=invitation, user=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("home")
    return redirect("dashboards:overview", workspace.slug)


@workspace_view(Role.VIEWER)
@require_GET
def settings_page(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _settings(request)


@workspace_view(Role.OWNER)
@require_POST
def rename(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = WorkspaceForm(request.POST)
    if not form.is_valid():
        return _settings(request, workspace_form=form)
    services.rename_workspace(workspace=request.workspace, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("workspaces:settings", slug)


@workspace_view(Role.OWNER)
@require_POST
def invite(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _settings(request, invitation_form=form)
    _invitation, secret = services.invite(workspace=request.workspace, actor=request.user, **form.cleaned_data)
    return _settings(request, invitation_link=request.build_absolute_uri(reverse("workspace-join", args=[secret])))


@workspace_view(Role.OWNER)
@require_POST
def revoke_invitation(request: WorkspaceRequest, slug: str, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(request.workspace.invitations, pk=invitation_id)
    services.revoke_invitation(invitation=invitation, actor=request.user)
    return redirect("workspaces:settings", slug)


@workspace_view(Role.OWNER)
@require_POST
def change_role(request: WorkspaceRequest, slug: str, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(request.workspace.memberships, pk=membership_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        _try(request, lambda: services.change_role(membership=membership, actor=request.user, **form.cleaned_data))
    return redirect("workspaces:settings", slug)


@workspace_view(Role.OWNER)
@require_POST
def remove_member(request: WorkspaceRequest, slug: str, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(request.workspace.memberships, pk=membership_id)
    _try(request, lambda: services.remove_member(membership=membership, actor=request.user))
    return redirect("workspaces:settings", slug)


@workspace_view(Role.VIEWER)
@require_POST
def create_token(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _settings(request, token_form=form)
    days = form.cleaned_data.pop("days")
    expires_at = timezone.now() + timedelta(days=days) if days else None
    try:
        _token, text = services.create_token(
            workspace=request.workspace, user=request.user, expires_at=expires_at, **form.cleaned_data
        )
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _settings(request, token_form=form)
    return _settings(request, new_token=text)


@workspace_view(Role.VIEWER)
@require_POST
def revoke_token(request: WorkspaceRequest, slug: str, token_id: int) -> HttpResponse:
    token = get_object_or_404(selectors.tokens(request.workspace, request.user), pk=token_id)
    services.revoke_token(token=token, actor=request.user)
    return redirect("workspaces:settings", slug)


@workspace_view(Role.OWNER)
@require_GET
def audit_trail(request: WorkspaceRequest, slug: str) -> HttpResponse:
    entries = selectors.audit_trail(request.workspace)[:200]
    return render(request, "workspaces/audit.html", {"entries": entries})


def _try(request: WorkspaceRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))


def _settings(request: WorkspaceRequest, **shown: object) -> HttpResponse:
    workspace = request.workspace
    context = {
        "members": selectors.members(workspace),
        "invitations": selectors.open_invitations(workspace, timezone.now()),
        "tokens": selectors.tokens(workspace, request.user),
        "roles": Role.choices,
        "workspace_form": WorkspaceForm(initial={"name": workspace.name, "currency": workspace.currency}),
        "invitation_form": InvitationForm(),
        "token_form": TokenForm(),
    }
    return render(request, "workspaces/settings.html", context | shown)
