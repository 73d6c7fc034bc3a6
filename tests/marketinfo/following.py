"""A reader without an account, by browser and mailbox; and the worker that tells of changes."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from marketinfo.following import announcing, verbs
from marketinfo.models import Follow, Follower, Requirement
from notifications import mailing
from notifications.models import Notice

READER = "Reader@Example.kr"
LINK = re.compile(r"/library/following/(?:confirm|mine)/[^\s/]+/")


@pytest.fixture
def reader(client, places):
    """Asks, confirms and reads mail as a person would, without an account."""
    return Reader(client)


class Reader:
    """A browser and the mailbox of one address."""

    def __init__(self, client, email=READER):
        self.browser, self.email = client, email

    def ask(self, **scope):
        return self.browser.post(reverse("marketinfo:follow"), {"email": self.email, **scope})

    def mails(self, kind):
        rows = Notice.objects.filter(kind=kind, to_address=self.email.lower()).order_by("pk")
        return [(row, mailing.message(row).body) for row in rows]

    def link(self, kind=verbs.CONFIRM):
        return LINK.search(self.mails(kind)[-1][1])[0]

    def follow(self, **scope):
        """The whole way in; gives the address of the list."""
        self.ask(**scope)
        return self.browser.post(self.link())["Location"]


def told(change=None):
    """Tell everybody, batch by batch, as the worker does; how many batches."""
    batches = 1
    while announcing.tell_some():
        batches += 1
    return batches


@pytest.fixture
def record(write):
    return write(Requirement, title="베트남 화장품 등록", hs_codes=" 3304 ", category_id="CUS-01")


def many_followers(number):
    now = timezone.now()
    people = Follower.objects.bulk_create(
        [Follower(email=f"f{at}@d{at % 20}.example") for at in range(number)]
    )
    Follow.objects.bulk_create(
        [
            Follow(follower=one, scope=scope, hs=scope[3:], confirmed_at=now)
            for one in people
            for scope in ("hs=33", "hs=3304")
        ]
    )
