"""An upload above the limit is stopped while it comes in, and its sender is told why."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParser
from django.urls import reverse

from apps.research.models import Source
from apps.workspaces.models import Role, User
from apps.workspaces.services import create_token, create_workspace
from apps.workspaces.upload_limit import READ_ON_BYTES, UploadLimit, UploadTooLarge
from trimtab.client import Problem, Trimtab

MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def one_megabyte(settings, tmp_path):
    settings.TRIMTAB_UPLOAD_MEGABYTES = 1
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


def file(size):
    return SimpleUploadedFile("said.csv", b"text\n" + b"x" * (size - 5))


@pytest.mark.parametrize("size", [MEGABYTE + 1, 3 * MEGABYTE])
def test_the_page_says_how_large_an_upload_may_be(client, owner, workspace, size, tmp_path):
    client.force_login(owner)
    answer = client.post(reverse("research:upload", args=[workspace.slug]), {"kind": "feedback", "file": file(size)})
    assert answer.status_code == 413
    assert "At most 1 MB can be uploaded at once" in answer.content.decode()
    assert "text/html" in answer["Content-Type"]
    assert Source.objects.count() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [MEGABYTE + 1, 3 * MEGABYTE])
@pytest.mark.parametrize("address", ["api-source-list", "api-labelled-sets"])
def test_the_api_answers_with_a_problem(client, owner, workspace, size, address):
    client.force_login(owner)
    answer = client.post(reverse(address), {"kind": "feedback", "file": file(size)})
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"]) == (413, "upload_too_large")
    assert "1 MB" in told["detail"]


def test_an_upload_of_just_the_limit_comes_in(client, owner, workspace):
    client.force_login(owner)
    rows = (b"text\n" + b"It is slow.\n" * (MEGABYTE // 12 + 1))[:MEGABYTE]
    given = {"kind": "feedback", "file": SimpleUploadedFile("said.csv", rows)}
    assert client.post(reverse("api-source-list"), given).status_code == 201


def test_a_flood_is_not_read_to_its_end_whatever_length_it_claims():
    class Flood(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            head = b"" if self.given else b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
            piece = head + b"x" * ((size if size > 0 else MEGABYTE) - len(head))
            self.given += len(piece)
            return piece

    for claimed in (10_000 * MEGABYTE, 2 * MEGABYTE):
        flood = Flood()
        meta = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(claimed)}
        with pytest.raises(UploadTooLarge):
            MultiPartParser(meta, flood, [UploadLimit()]).parse()
        assert flood.given <= READ_ON_BYTES + 2 * MEGABYTE


def test_a_program_that_sends_too_much_reads_the_reason(transactional_db, live_server, tmp_path):
    owner = User.objects.create_user("owner@example.org", "long-secret-words")
    workspace = create_workspace(name="Northwind", owner=owner)
    token = create_token(workspace=workspace, user=owner, name="t", role=Role.EDITOR)[1]
    large = tmp_path / "large.csv"
    large.write_bytes(b"text\n" + b"x" * 5 * MEGABYTE)
    with pytest.raises(Problem, match="TRIMTAB_UPLOAD_MEGABYTES") as caught:
        Trimtab(live_server.url, token=token).sources.upload(large, kind="feedback")
    assert (caught.value.status, caught.value.code) == (413, "upload_too_large")
