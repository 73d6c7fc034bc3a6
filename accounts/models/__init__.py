"""People, the organisations they act for, and the companies that export."""

from accounts.models.companies import Company, CompanyMembership, Member, MemberSheet
from accounts.models.invitations import Invitation, RightsChange
from accounts.models.organisations import (
    CENTRE,
    COUNCIL_ASSOCIATION,
    KIND_LABELS,
    MANAGER,
    MISSION,
    OFFICER,
    PARTNERS,
    ROLE_LABELS,
    SECRETARIAT,
    Membership,
    Organisation,
    OrganisationQuerySet,
)
from accounts.models.people import ProviderIdentity, User

__all__ = [
    "CENTRE",
    "COUNCIL_ASSOCIATION",
    "KIND_LABELS",
    "MANAGER",
    "MISSION",
    "OFFICER",
    "PARTNERS",
    "ROLE_LABELS",
    "SECRETARIAT",
    "Company",
    "CompanyMembership",
    "Invitation",
    "Member",
    "MemberSheet",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "ProviderIdentity",
    "RightsChange",
    "User",
]
