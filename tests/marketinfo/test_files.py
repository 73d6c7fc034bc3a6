"""Pictures and files: encoded anew, described, and handed out only with a published entry."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from files.folder import storage
from files.models import StoredFile
from files.refusal import FileRefused
from marketinfo import actions, attached, plain_words
from marketinfo.models import Article, EntryFile
from marketinfo.tasks import words

SECRET = b"37.5665N 126.9780E"


@pytest.fixture
def photo():
    """A JPEG that says where it was taken, and lies on its side."""

    def make(size=(60, 40), name="항구.jpg"):
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x010E] = SECRET.decode()
        Image.new("RGB", size, "#256ef4").save(out, "JPEG", exif=exif)
        return ContentFile(out.getvalue(), name=name)

    return make


@pytest.fixture
def pictured(write, photo):
    """A published article whose text shows a picture."""
    entry = write(out=False)
    file = actions.add_picture(entry, upload=photo(), alt="부두의 화물", caption="부산항", by=None)
    entry.body = f"글\n\n![](picture:{file.stored.public_id})"
    actions.save(entry, by=None)
    return actions.publish(entry, by=None), file


def address(file):
    return reverse("marketinfo:file", args=[file.stored.public_id])


def fetch(client, file):
    """The answer for a file, its bytes read."""
    response = client.get(address(file))
    # Closing the answer itself would close the test's own connection.
    for close in response._resource_closers if response.streaming else ():
        close()
    return response


def bytes_of(file):
    with storage().open(file.stored.storage_name, "rb") as content:
        return content.read()


def test_picture_is_encoded_anew_upright_and_without_its_place(write, photo):
    given = photo()
    assert SECRET in given.read()
    given.seek(0)

    file = actions.add_picture(write(), upload=given, alt="가", caption="나", by=None)

    kept = bytes_of(file)
    assert SECRET not in kept
    assert (file.width, file.height) == (40, 60)
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}


def test_large_picture_is_made_as_small_as_pages_need(write, photo):
    file = actions.add_picture(write(), upload=photo((4000, 3000)), alt="가", caption="나", by=None)

    assert (file.width, file.height) == (1600, 2133)


@pytest.mark.parametrize(("alt", "caption"), [("", "설명"), ("대체 글", " ")])
def test_picture_without_words_is_refused(write, photo, alt, caption):
    with pytest.raises(actions.RefusedError):
        actions.add_picture(write(), upload=photo(), alt=alt, caption=caption, by=None)


def test_what_is_no_picture_is_refused(write):
    text = ContentFile("이름,값\n".encode(), name="표.csv")
    broken = ContentFile(b"\x89PNG\r\n\x1a\n" + b"x" * 40, name="깨짐.png")

    for upload in (text, broken):
        with pytest.raises(FileRefused):
            actions.add_picture(write(), upload=upload, alt="가", caption="나", by=None)

    assert EntryFile.objects.count() == 0


def test_page_shows_the_picture_with_its_caption(pictured, client):
    entry, file = pictured

    page = client.get(entry.get_absolute_url()).content.decode()

    assert f'<img src="{address(file)}" alt="부두의 화물" width="40" height="60"' in page
    assert "<figcaption>부산항</figcaption>" in page


def test_picture_is_handed_out_with_the_published_entry_only(pictured, client, people):
    entry, file = pictured

    out = fetch(client, file)
    actions.withdraw(entry, reason="오류", by=people.secretary)
    down = fetch(client, file).status_code
    client.force_login(people.secretary)

    assert (out.status_code, out["Content-Type"], out["Content-Disposition"]) == (
        200,
        "image/jpeg",
        "inline",
    )
    assert "private" in out["Cache-Control"]
    assert down == 404
    assert fetch(client, file).status_code == 200


def test_picture_of_a_draft_is_found_out_when_the_gate_is_broken(write, photo, client, monkeypatch):
    """The positive control: past the gate the file of a draft would be handed out."""
    file = actions.add_picture(write(out=False), upload=photo(), alt="가", caption="나", by=None)
    closed = fetch(client, file).status_code
    monkeypatch.setattr(type(Article.objects.all()), "readable_by", lambda rows, user: rows.all())

    assert (closed, fetch(client, file).status_code) == (404, 200)


def test_attachment_is_a_download_and_found_by_its_words(write, client):
    entry = write(title="점검표 안내")
    file = actions.attach(
        entry, upload=ContentFile("가나다".encode(), name="점검표.txt"), caption="점검표", by=None
    )

    actions.take_text(file, text="목재 포장재 열처리 표시")

    response = fetch(client, file)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert response["Content-Disposition"].startswith("attachment")
    assert list(Article.objects.search("열처리")) == [entry]
    assert (f'href="{address(file)}"' in page, "점검표" in page) == (True, True)


def test_picture_in_the_text_is_not_taken_off(pictured, people):
    entry, file = pictured

    with pytest.raises(actions.RefusedError):
        actions.remove_file(file, by=people.secretary)
    entry.body = "글"
    actions.save(entry, by=None)
    actions.remove_file(file, by=people.secretary)

    file.stored.refresh_from_db()
    assert EntryFile.objects.count() == 0
    assert file.stored.claimed_at is None


def test_files_page_adds_tells_and_removes(write, photo, people, client):
    entry = write(out=False)
    client.force_login(people.secretary)
    page = reverse("admin:marketinfo_article_files", args=[entry.pk])
    given = {"what": "picture", "picture-alt": "가", "picture-caption": "나"}

    without = client.post(page, given, headers={"Accept": "application/json"})
    told = client.post(
        page, given | {"picture-upload": photo()}, headers={"Accept": "application/json"}
    )
    plain = client.post(page, {"what": "attachment", "attachment-caption": "이름"})

    file = EntryFile.objects.get()
    assert (without.status_code, plain.status_code) == (422, 422)
    assert told.json() == {"id": str(file.stored.public_id), "alt": "가", "caption": "나"}
    remove = reverse("admin:marketinfo_article_remove_file", args=[entry.pk, file.pk])
    client.post(remove)
    assert EntryFile.objects.count() == 0


def test_beat_reads_new_attachments_once(write, monkeypatch):
    entry = write(title="점검표 안내")
    for name in ("하나.txt", "둘.txt"):
        upload = ContentFile(name.encode(), name=name)
        actions.attach(entry, upload=upload, caption=name, by=None)
    monkeypatch.setattr(attached, "_readers", [])
    unread = words.read_attachments()

    def read(stored):
        if stored.original_name == "둘.txt":
            raise ValueError
        return "열처리 표시"

    monkeypatch.setattr(attached, "_readers", [read])
    counts = (words.read_attachments(), words.read_attachments())

    assert (unread, counts) == (0, (2, 0))
    assert list(Article.objects.search("열처리")) == [entry]


def packed(name, parts):
    """An archive as an office program writes it, as far as reading goes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return ContentFile(out.getvalue(), name=name)


@pytest.mark.parametrize(
    ("upload", "read"),
    [
        (
            packed(
                "가.docx",
                {"word/document.xml": '<w:p><w:t xml:space="preserve">열처리 &amp;</w:t></w:p>'},
            ),
            "열처리 &",
        ),
        (
            packed("가.hwpx", {"Contents/section0.xml": "<hp:t>소독 <hp:b/>증명</hp:t>"}),
            "소독 증명",
        ),
        (packed("가.xlsx", {"xl/sharedStrings.xml": "<si><t>목재</t></si>"}), "목재"),
        (packed("가.docx", {"word/media/a.xml": "<w:t>그림</w:t>"}), ""),
        (ContentFile("포장재".encode("cp949"), name="가.txt"), "포장재"),
        (ContentFile(b"PK\x03\x04 broken", name="가.docx"), ""),
        (ContentFile(b"%PDF-1.7", name="가.pdf"), ""),
    ],
)
def test_words_of_plain_kinds_are_read(db, upload, read):
    upload.seek(0)
    name = storage().save(f"test/{upload.name}", upload)
    stored = StoredFile(storage_name=name, original_name=upload.name)

    assert plain_words.read(stored) == read
