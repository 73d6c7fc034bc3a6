"""No member of one organisation in another's directory: random offices, members, successors.

The worlds are made by plain rows within the database's constraints. The twins that ask too widely
show that the same assertion can fail.
"""

import csv
import datetime as dt
import io
import itertools

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts import company_names, directory, member_tables, roles
from accounts.desk import stand
from accounts.models import Company, Member, Membership, Organisation, User
from files import tables
from intake.views.partner import lookup, members
from tests.intake.factories import valid_business_number

pytestmark = pytest.mark.django_db
SERIAL = itertools.count(1)
CODES = ("KBIZ", "INNOBIZ", "EXP-SEO", "MIS-HAN")
# Companies that several directories may hold, by their shared business number.
COMPANIES = 3
WORLD = st.fixed_dictionaries(
    {
        # Which person has an office where: three people, four organisations; whether it runs.
        "offices": st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=6
        ),
        # Which organisation holds which company, and whether that is still a member.
        "members": st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, COMPANIES - 1), st.booleans()),
            min_size=1,
            max_size=8,
        ),
        # Whether the last organisation goes on with what the first one had.
        "succeeds": st.booleans(),
    }
)


class World:
    """People, organisations and their directories as hypothesis drew them."""

    def __init__(self, drawn):
        found = {one.code: one for one in Organisation.objects.filter(code__in=CODES)}
        self.bodies = [found[code] for code in CODES]
        self.succeeds = drawn["succeeds"]
        if self.succeeds:
            Organisation.objects.filter(pk=self.bodies[0].pk).update(successor=self.bodies[3])
        now = timezone.now()
        self.people = [
            User.objects.create(email=f"m{next(SERIAL)}@x.example", name=f"사람 {serial}")
            for serial in range(3)
        ]
        self.offices = {}
        for person, body, running in drawn["offices"]:
            if (person, body) not in self.offices:
                Membership.objects.create(
                    user=self.people[person],
                    organisation=self.bodies[body],
                    started_at=now - dt.timedelta(days=9),
                    ended_at=None if running else now - dt.timedelta(days=1),
                )
                self.offices[person, body] = running
        companies = [
            Company.objects.create(name="시연상사", business_number=valid_business_number(serial))
            for serial in range(COMPANIES)
        ]
        self.rows = {}
        for body, company, present in drawn["members"]:
            if (body, company) not in self.rows:
                self.rows[body, company] = (self.member(body, companies[company], present), present)

    def member(self, body, company, present):
        """A row whose name says whose it is."""
        name = f"시연상사 {CODES[body]} {next(SERIAL)}"
        return Member.objects.create(
            organisation=self.bodies[body],
            company=company,
            name=name,
            name_key=company_names.key(name),
            left_on=None if present else timezone.localdate(),
        )

    def own(self, body, *, company=None, left=False):
        """The members of a desk, `left` those who left too, told without asking the code."""
        reach = {body, 0} if self.succeeds and body == 3 else {body}
        return sorted(
            row.name
            for (holder, held), (row, present) in self.rows.items()
            if holder in reach and (present or left) and company in (None, held)
        )

    def desks(self):
        """Every person at every desk: whether the person has an office there."""
        for person, body in itertools.product(range(3), range(len(CODES))):
            user = User.objects.get(pk=self.people[person].pk)
            yield user, body, self.offices.get((person, body), False)


def taken(rows):
    """The names in the file of a directory."""
    text = b"".join(tables.csv_pieces(member_tables.listed(rows, "회원"))).decode("utf-8-sig")
    return sorted(row[0] for row in list(csv.reader(io.StringIO(text, newline="")))[1:])


def shown(desk):
    """Everything that a directory tells: page, count, hits by name and number, file, look-up."""
    rows, _wanted = members.asked_for(desk, {})
    named, _wanted = members.asked_for(desk, {"q": "시연상사"})
    return {
        "page": sorted(row.name for row in directory.page(rows, "", {}).rows),
        "count": rows.count(),
        "named": sorted(named.values_list("name", flat=True)),
        "file": taken(rows),
        "looked up": sorted(one["name"] for one in lookup.found(desk, "시연상사")),
        "opens": sorted(members.of(desk).values_list("name", flat=True)),
    } | {
        f"number {at}": sorted(
            members.asked_for(desk, {"q": valid_business_number(at)})[0].values_list(
                "name", flat=True
            )
        )
        for at in range(COMPANIES)
    }


def told(world, body):
    """What the directory of a desk must tell."""
    own = world.own(body)
    return {
        "page": own,
        "count": len(own),
        "named": own,
        "file": own,
        "looked up": own,
        "opens": world.own(body, left=True),
    } | {f"number {at}": world.own(body, company=at) for at in range(COMPANIES)}


def check(world):
    """Nobody stands at a desk without an office; whoever does reads its own rows alone."""
    for user, body, has in world.desks():
        try:
            desk = stand(user, CODES[body])
        except Http404:
            assert not has
            continue
        assert has
        assert shown(desk) == told(world, body), (user.name, CODES[body])


def worlds(examples, *, always_the_same=False):
    """Look at as many worlds; each is taken back. A control must not depend on luck."""

    @settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        derandomize=always_the_same,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(WORLD)
    def run(drawn):
        cache.clear()
        with transaction.atomic():
            check(World(drawn))
            transaction.set_rollback(True)

    run()


def test_no_directory_shows_a_member_of_another_in_page_count_search_or_file(reference_data):
    worlds(20)


@pytest.mark.parametrize(
    "twin",
    [
        lambda desk: Member.objects.select_related("company"),
        # Of the person, not of the desk: the other desk of the same officer shows through.
        lambda desk: Member.objects.reached(roles.organisations_of(desk.user)),
        # Of the desk, but without what it goes on with: a row that ought to be there is lost.
        lambda desk: Member.objects.of(desk.organisation),
    ],
)
def test_directory_that_asks_otherwise_fails_the_same_assertion(reference_data, monkeypatch, twin):
    monkeypatch.setattr(members, "of", twin)

    with pytest.raises(AssertionError):
        worlds(200, always_the_same=True)
