"""The short way of writing headers leads to the same bytes as the long one."""

from email import policy

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from notifications.folding import PLAIN_HEADERS

NAMES = st.sampled_from(
    ["Message-ID", "References", "List-Unsubscribe", "X-Auto-Response-Suppress"]
)
VALUES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(" <>,;=?@"), max_size=200
).map(str.strip)


def written(mail, how):
    made = mail.message()
    made.set_boundary("always-the-same")
    made.policy = how
    return made.as_bytes()


@pytest.mark.parametrize(
    "subject", ["Short", "[GT-2026-000123-7] 처리결과를 알려 드립니다", "x" * 300]
)
def test_mail_has_the_bytes_that_python_gives_it(subject):
    mail = EmailMultiAlternatives(subject, "본문", to=["a@example.com"], headers={"Date": "now"})
    mail.extra_headers["Message-ID"] = "<1@example.com>"
    mail.attach_alternative("<p>본문</p>", "text/html")

    assert written(mail, PLAIN_HEADERS) == written(mail, policy.compat32)


@given(NAMES, VALUES)
def test_header_is_folded_as_python_folds_it(name, value):
    assert PLAIN_HEADERS.fold_binary(name, value) == policy.compat32.fold_binary(name, value)
