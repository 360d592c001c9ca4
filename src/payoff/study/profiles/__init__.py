"""Every known layout of an export, by name: one file per system, data only."""

from payoff.nouns.profile import Profile
from payoff.study.profiles.bamboohr import BAMBOOHR
from payoff.study.profiles.cxone import CXONE
from payoff.study.profiles.genesys import GENESYS
from payoff.study.profiles.google_contact_centre import GOOGLE_CONTACT_CENTRE
from payoff.study.profiles.hr_sample import HR_SAMPLE
from payoff.study.profiles.jira import JIRA
from payoff.study.profiles.moodle import MOODLE
from payoff.study.profiles.oulad import OULAD
from payoff.study.profiles.own_names import OWN_NAMES
from payoff.study.profiles.salesforce import SALESFORCE
from payoff.study.profiles.servicenow import SERVICENOW
from payoff.study.profiles.workday import WORKDAY
from payoff.study.profiles.zendesk import ZENDESK

__all__ = ["PROFILES"]

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        *SALESFORCE, *ZENDESK, *SERVICENOW, *JIRA, *CXONE, *GENESYS, *GOOGLE_CONTACT_CENTRE, *BAMBOOHR,
        *WORKDAY, *HR_SAMPLE, *MOODLE, *OULAD, *OWN_NAMES,
    )
}  # fmt: skip
