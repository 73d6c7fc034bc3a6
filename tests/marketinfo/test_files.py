"""Pictures and files: encoded anew, described, and handed out only with a published entry."""

import io

import fpdf
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from files import reading
from files.folder import storage
from files.models import StoredFile
from files.reading import Read
from files.refusal import FileRefused
from intake.paper import fonts
from marketinfo import actions, attached
from marketinfo.models import Article, EntryFile
from marketinfo.tasks import words
from tests.files import corpus, hwp

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
        return Read("열처리 표시")

    monkeypatch.setattr(attached, "_readers", [read])
    counts = (words.read_attachments(), words.read_attachments())

    assert (unread, counts) == (0, (2, 0))
    assert list(Article.objects.search("열처리")) == [entry]
    problems = EntryFile.objects.order_by("pk").values_list("text_problem", flat=True)
    assert list(problems) == ["", reading.DAMAGED]


def korean_pdf(text):
    """A PDF in which a word stands."""
    paper = fpdf.FPDF()
    paper.add_font("face", fname=fonts.faces()[0].regular)
    paper.add_page()
    paper.set_font("face", size=12)
    paper.cell(text=text)
    return bytes(paper.output())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("공문.pdf", lambda: korean_pdf("훈증 증명서를 냅니다")),
        ("공문.hwp", lambda: hwp.document(hwp.section("훈증 증명서를 냅니다"))),
    ],
)
def test_reader_finds_an_entry_by_a_word_of_its_file_alone(write, client, name, content):
    entry = write(title="점검표 안내")
    write(title="다른 안내")
    upload = ContentFile(content(), name=name)
    actions.attach(entry, upload=upload, caption="공문", by=None)
    address = reverse("marketinfo:list")
    before = client.get(address, {"q": "훈증"}).content.decode()

    words.read_attachments()

    after = client.get(address, {"q": "훈증"}).content.decode()
    counts = [page.count(f'href="{entry.get_absolute_url()}') for page in (before, after)]
    assert counts == [0, 1]
    assert "다른 안내" not in after


def test_editor_is_told_why_words_are_missing(write, people, client):
    entry = write(title="점검표 안내")
    for name, content in (("끝.hwp", hwp.document(hwp.section())), ("옛.doc", corpus.doc())):
        upload = ContentFile(content, name=name)
        actions.attach(entry, upload=upload, caption=name, by=None)
    client.force_login(people.secretary)
    page = reverse("admin:marketinfo_article_files", args=[entry.pk])
    before = client.get(page).content.decode()

    words.read_attachments()

    after = client.get(page).content.decode()
    told = [str(attached.NOTHING_READ[code]) for code in (reading.WORDLESS, reading.KIND)]
    assert [(text in before, text in after) for text in told] == [(False, True)] * 2
    assert "1분 안에" in before


def test_part_of_a_file_is_searched_and_said_to_be_one(write):
    file = actions.attach(
        write(), upload=ContentFile("가".encode(), name="가.txt"), caption="가", by=None
    )

    actions.take_text(file, text="열처리", problem=reading.CUT)

    file.refresh_from_db()
    assert file.text_remark == str(attached.PARTLY_READ)


def test_file_that_is_gone_is_said_to_be_damaged(db):
    stored = StoredFile(storage_name="test/none", original_name="가.pdf")

    assert attached.words(stored) == Read("", reading.DAMAGED)
