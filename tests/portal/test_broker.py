"""The trial's broker of files: messages are whole, and half of one harms nobody."""

import json
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import filesystem

from portal import broker


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """A broker's folders."""
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }


@pytest.fixture
def channel(folders: dict[str, str]):
    """A channel as the worker opens one."""
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        yield connection.channel()


def half(folders: dict[str, str], name: str = "1_cut.mail.msg") -> None:
    """What a writer leaves that was killed after it opened the file."""
    (Path(folders["data_folder_in"]) / name).touch()


def test_files_are_the_portals_own_transport(channel):
    assert type(channel) is broker.Channel


def test_message_comes_back_whole(channel):
    channel._put("mail", {"body": "깨우기"})

    assert channel._get("mail") == {"body": "깨우기"}
    with pytest.raises(Empty):
        channel._get("mail")


def test_message_cut_off_half_way_is_passed_by(channel, folders):
    half(folders)
    channel._put("mail", {"body": "next"})

    assert channel._get("mail") == {"body": "next"}


def test_only_a_message_cut_off_half_way_is_an_empty_queue(channel, folders):
    half(folders)

    with pytest.raises(Empty):
        channel._get("mail")


def test_message_being_written_is_not_seen(channel, folders, monkeypatch):
    seen = []
    replace = Path.replace

    def look(part: Path, target: Path) -> Path:
        seen.append(sorted(Path(folders["data_folder_in"]).glob("*.mail.msg")))
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", look)
    channel._put("mail", {"body": "깨우기"})

    assert seen == [[]]


def test_table_cut_off_half_way_is_begun_anew(channel, folders):
    table = Path(folders["control_folder"]) / "mail.exchange"
    table.touch()

    assert channel.get_table("mail") == []
    channel._queue_bind("mail", "mail", "", "mail")

    assert json.loads(table.read_text()) == [["mail", "", "mail"]]


def test_kombus_own_channel_ends_at_half_a_message(folders):
    """The broken twin: what ended the worker, and with it the whole trial."""
    half(folders)
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        twin = filesystem.Channel(connection.channel().connection)

        with pytest.raises(ValueError, match="Expecting value"):
            twin._get("mail")
