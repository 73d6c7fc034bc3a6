"""No row of one organisation at another's desk: random organisations, offices, cases, questions.

The worlds are made by plain rows within the database's constraints, since the gate must hold for
whatever they allow. The twin without the gate shows that the same assertion can fail.
"""

import csv
import datetime as dt
import io
import itertools
import uuid

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Company, Membership, Organisation, User
from files import tables
from intake.lists import asked, counting
from intake.lists.filed import file, rows
from intake.models import Case, Referral
from intake.views.partner.cases import _counts
from search import index
from tests.intake.factories import FACTS

pytestmark = pytest.mark.django_db
SERIAL = itertools.count(1)
CODES = ("KBIZ", "INNOBIZ", "EXP-SEO", "MIS-HAN")
STATES = ("received", "closed")
PROXIES = ("acting", "following", "dismissed")

FILING = st.tuples(st.integers(0, 4), st.sampled_from(PROXIES), st.sampled_from(STATES))
WORLD = st.fixed_dictionaries(
    {
        # Which person has an office where: three people, four organisations.
        "offices": st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=6
        ),
        # Who filed (4: the company itself), what the proxy is, where the case stands.
        "filings": st.lists(FILING, min_size=1, max_size=6),
        # Which case which organisation is asked about.
        "questions": st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=5),
        # Whether the last organisation goes on with what the first one filed.
        "succeeds": st.booleans(),
    }
)


class World:
    """People, organisations, cases and questions as hypothesis drew them."""

    def __init__(self, drawn):
        found = {one.code: one for one in Organisation.objects.filter(code__in=CODES)}
        self.bodies = [found[code] for code in CODES]
        if drawn["succeeds"]:
            Organisation.objects.filter(pk=self.bodies[0].pk).update(successor=self.bodies[3])
        now = timezone.now()
        self.people = [
            User.objects.create(email=f"p{next(SERIAL)}@x.example", name=f"사람 {serial}")
            for serial in range(3)
        ]
        self.offices = {}
        for person, body, running in dict.fromkeys(drawn["offices"]):
            if (person, body) not in self.offices:
                Membership.objects.create(
                    user=self.people[person],
                    organisation=self.bodies[body],
                    started_at=now - dt.timedelta(days=9),
                    ended_at=None if running else now - dt.timedelta(days=1),
                )
                self.offices[person, body] = running
        self.cases = [self.case(*filing) for filing in drawn["filings"]]
        self.asked = []
        for at, body in dict.fromkeys(drawn["questions"]):
            if at < len(self.cases):
                row = Referral.objects.create(
                    case=self.cases[at],
                    organisation=self.bodies[body],
                    question="무엇입니까?",
                    due_at=now,
                    asked_by=self.people[0],
                )
                self.asked.append((row, body))
        self.succeeds = drawn["succeeds"]

    def case(self, filer, proxy, state):
        serial = next(SERIAL)
        own = filer == len(CODES)
        case = Case.objects.create(
            **FACTS | {"title": "화장품 통관 보류"},
            number=f"GT-2026-{serial:06d}-0",
            idempotency_key=uuid.uuid4(),
            fingerprint="",
            policy="standard",
            company=Company.objects.create(name="시연상사"),
            state=state,
            filer_organisation=None if own else self.bodies[filer],
            proxy="" if own else proxy,
            ended_at=timezone.now() if state == "closed" else None,
        )
        index.put(Case, case.pk, title=case.title, body=case.company_name)
        case.drawn = (filer, proxy)
        return case

    def reach(self, body):
        """Which organisations the desk of one stands for."""
        return {body, 0} if self.succeeds and body == 3 else {body}

    def filed(self, body):
        """What the desk of an organisation lists, told without the gate."""
        return {
            case.pk
            for case in self.cases
            if case.drawn[0] in self.reach(body) and case.drawn[1] != "dismissed"
        }

    def questions(self, body):
        return {row.pk for row, asked_body in self.asked if asked_body in self.reach(body)}

    def asked_about(self, body):
        """The cases about which an organisation was asked."""
        return {row.case_id for row, asked_body in self.asked if asked_body in self.reach(body)}

    def elsewhere(self, person, what):
        """What a person's running offices show."""
        mine = [at for (who, at), running in self.offices.items() if who == person and running]
        return set().union(*map(what, mine))

    def desks(self):
        """Every person at every desk: whether the person has an office there."""
        for person, body in itertools.product(range(3), range(len(CODES))):
            has = self.offices.get((person, body), False) or (
                # Whoever stands at the successor's desk reads what the predecessor filed.
                self.succeeds and body == 0 and self.offices.get((person, 3), False)
            )
            yield User.objects.get(pk=self.people[person].pk), person, body, bool(has)


def exported(table):
    """The first cells of the file of a list."""
    text = b"".join(tables.csv_pieces(table)).decode("utf-8-sig")
    return sorted(row[0] for row in list(csv.reader(io.StringIO(text, newline="")))[1:])


class AtDesk:
    """What stands for a desk in the counts."""

    def __init__(self, user, reach):
        self.user, self.reach = user, reach


def shown(user, reach, sight=None):
    """Everything that the list of cases tells: rows, count, hits, file, numbers beside filters."""
    listed = rows.asked_for(user, reach, {})
    found = rows.asked_for(user, reach, {"q": "통관"})
    if sight is not None:  # the twin without the gate
        listed, found = (rows.Listed(**{**one.__dict__, "base": sight}) for one in (listed, found))
    return {
        "list": {row.id for row in rows.read(listed.cases())},
        "search": {row.id for row in rows.read(found.cases(), words=True)},
        "file": exported(file.table(listed)),
        "count": counting.capped(listed.cases()),
        "total": {row.total for row in rows.read(listed.cases(), total=listed.cases())},
        "beside": _counts(AtDesk(user, reach), listed)[""][""],
    }


def told(keys):
    """What the list of cases must tell when it holds these and nothing else."""
    return {
        "list": keys,
        "search": keys,
        "file": sorted(Case.objects.filter(pk__in=keys).values_list("number", flat=True)),
        "count": len(keys),
        "total": {len(keys)} if keys else set(),
        "beside": len(keys),
    }


def worlds(check, examples):
    """Run a check in as many worlds; each is taken back."""

    @settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(WORLD)
    def run(drawn):
        cache.clear()
        with transaction.atomic():
            check(World(drawn))
            transaction.set_rollback(True)

    run()


def test_no_desk_shows_a_row_of_another_in_list_count_search_or_file(reference_data):
    def check(world):
        for user, person, body, has in world.desks():
            reach = [world.bodies[at].pk for at in world.reach(body)]
            keys = world.filed(body)
            if not has:
                # Who stands elsewhere may read what was filed or asked there, and nothing more.
                elsewhere = world.elsewhere(person, world.filed)
                keys &= elsewhere | world.elsewhere(person, world.asked_about)
            assert shown(user, reach) == told(keys), (user.name, CODES[body], has)

    worlds(check, 15)


def test_no_desk_shows_a_question_to_another(reference_data):
    def check(world):
        for user, person, body, has in world.desks():
            reach = [world.bodies[at].pk for at in world.reach(body)]
            listed = asked.asked_for(user, reach, {})
            seen = set(listed.rows().values_list("pk", flat=True))
            keys = world.questions(body)
            if not has:
                keys &= world.elsewhere(person, world.questions)
            assert seen == keys
            assert listed.counts()[""] == len(seen)

    worlds(check, 15)


@pytest.mark.parametrize(
    "twin",
    [
        lambda reach: Case.objects.all(),
        # Filed through the desk, but without asking who looks: a dismissed proxy shows.
        lambda reach: Case.objects.filter(filer_organisation__in=reach),
    ],
)
def test_list_without_the_gate_fails_the_same_assertion(reference_data, twin):
    def check(world):
        for user, _person, body, has in world.desks():
            reach = [world.bodies[at].pk for at in world.reach(body)]
            sight = twin(reach).annotate(rank=rows.RANK, state_rank=rows.STATE_RANK)
            assert shown(user, reach, sight) == told(world.filed(body) if has else set())

    with pytest.raises(AssertionError):
        worlds(check, 15)
