"""Canonical verbs and every IRI that means one of them.

Question  Which IRIs of ADL, cmi5, the video and SCORM profiles, the TinCan registry, acrossx, activity
          streams and vendors (Moodle logstore, Articulate, H5P, Open edX) say the same?
Rule      Two IRIs share a word only where an analysis must never tell them apart. A verb that is not here is
          no error: it is kept as it came, without a canonical word, and reported.
Own       "practiced", "applied" and "acted" have no registered IRI that we know of: `urn:payoff:verb:` is
          ours.
"""

_ADL = "http://adlnet.gov/expapi/verbs/"

VERBS = {
    # ADL, SCORM and cmi5
    "abandoned": "https://w3id.org/xapi/adl/verbs/abandoned",
    "answered": f"{_ADL}answered http://id.tincanapi.com/verb/answered http://activitystrea.ms/schema/1.0/answer",
    "asked": f"{_ADL}asked http://activitystrea.ms/schema/1.0/ask",
    "attempted": f"{_ADL}attempted http://activitystrea.ms/schema/1.0/attempt",
    "attended": f"{_ADL}attended http://activitystrea.ms/schema/1.0/attend "
    "http://www.tincanapi.co.uk/verbs/attended",
    "commented": f"{_ADL}commented http://activitystrea.ms/schema/1.0/comment "
    "https://w3id.org/xapi/acrossx/verbs/commented",
    "completed": f"{_ADL}completed http://activitystrea.ms/schema/1.0/complete http://activitystrea.ms/complete",
    "exited": f"{_ADL}exited",
    "experienced": f"{_ADL}experienced http://activitystrea.ms/schema/1.0/experience "
    "http://activitystrea.ms/schema/1.0/consume http://activitystrea.ms/consume",
    "failed": f"{_ADL}failed",
    "imported": f"{_ADL}imported",
    "initialized": f"{_ADL}initialized http://activitystrea.ms/schema/1.0/start http://activitystrea.ms/start",
    "interacted": f"{_ADL}interacted http://activitystrea.ms/schema/1.0/interact",
    "launched": f"{_ADL}launched",
    "mastered": f"{_ADL}mastered",
    "passed": f"{_ADL}passed",
    "preferred": f"{_ADL}preferred",
    "progressed": f"{_ADL}progressed",
    "registered": f"{_ADL}registered http://id.tincanapi.com/verb/registered "
    "http://www.tincanapi.co.uk/verbs/enrolled_onto_learning_plan "
    "https://w3id.org/xapi/adl/verbs/registered",
    "responded": f"{_ADL}responded",
    "resumed": f"{_ADL}resumed",
    "satisfied": f"https://w3id.org/xapi/adl/verbs/satisfied {_ADL}satisfied",
    "scored": f"{_ADL}scored http://id.tincanapi.com/verb/scored",
    "shared": f"{_ADL}shared http://activitystrea.ms/schema/1.0/share "
    "https://w3id.org/xapi/acrossx/verbs/shared",
    "suspended": f"{_ADL}suspended",
    "terminated": f"{_ADL}terminated",
    "voided": f"{_ADL}voided",
    "waived": f"https://w3id.org/xapi/adl/verbs/waived {_ADL}waived",
    # coming and going
    "logged in": "https://w3id.org/xapi/adl/verbs/logged-in https://brindlewaye.com/xAPITerms/verbs/loggedin "
    "http://activitystrea.ms/schema/1.0/login",
    "logged out": "https://w3id.org/xapi/adl/verbs/logged-out "
    "https://brindlewaye.com/xAPITerms/verbs/loggedout "
    "http://activitystrea.ms/schema/1.0/logout",
    "left": "http://activitystrea.ms/schema/1.0/leave",
    "joined": "http://activitystrea.ms/schema/1.0/join",
    "unregistered": "http://id.tincanapi.com/verb/unregistered http://activitystrea.ms/schema/1.0/remove",
    # looking and listening
    "viewed": "http://id.tincanapi.com/verb/viewed https://w3id.org/xapi/acrossx/verbs/viewed "
    f"{_ADL}viewed http://activitystrea.ms/schema/1.0/view http://id.tincanapi.com/verb/previewed",
    "accessed": "http://activitystrea.ms/schema/1.0/access http://activitystrea.ms/access "
    "https://w3id.org/xapi/netc/verbs/accessed https://w3id.org/xapi/acrossx/verbs/accessed",
    "opened": "http://activitystrea.ms/schema/1.0/open http://activitystrea.ms/open",
    "closed": "http://activitystrea.ms/schema/1.0/close http://activitystrea.ms/close",
    "read": "http://activitystrea.ms/schema/1.0/read https://w3id.org/xapi/acrossx/verbs/read",
    "watched": "http://activitystrea.ms/schema/1.0/watch http://activitystrea.ms/watch "
    "https://w3id.org/xapi/acrossx/verbs/watched",
    "listened": "http://activitystrea.ms/schema/1.0/listen",
    "played": "https://w3id.org/xapi/video/verbs/played http://activitystrea.ms/schema/1.0/play "
    "http://activitystrea.ms/play",
    "paused": f"https://w3id.org/xapi/video/verbs/paused http://id.tincanapi.com/verb/paused {_ADL}paused",
    "seeked": f"https://w3id.org/xapi/video/verbs/seeked {_ADL}seeked",
    "skipped": "http://id.tincanapi.com/verb/skipped",
    "searched": "http://activitystrea.ms/schema/1.0/search https://w3id.org/xapi/acrossx/verbs/searched",
    "downloaded": "http://id.tincanapi.com/verb/downloaded https://w3id.org/xapi/netc/verbs/downloaded",
    "bookmarked": "http://id.tincanapi.com/verb/bookmarked",
    # making and saying
    "created": "http://activitystrea.ms/schema/1.0/create http://activitystrea.ms/create",
    "posted": "https://w3id.org/xapi/acrossx/verbs/posted http://activitystrea.ms/schema/1.0/post",
    "edited": "https://w3id.org/xapi/acrossx/verbs/edited http://id.tincanapi.com/verb/edited "
    "http://activitystrea.ms/schema/1.0/update",
    "deleted": "https://w3id.org/xapi/acrossx/verbs/deleted http://activitystrea.ms/schema/1.0/delete "
    "http://activitystrea.ms/delete",
    "uploaded": "https://w3id.org/xapi/netc/verbs/uploaded",
    "submitted": "http://activitystrea.ms/schema/1.0/submit http://activitystrea.ms/submit",
    "replied": "http://id.tincanapi.com/verb/replied",
    "reported": "https://w3id.org/xapi/acrossx/verbs/reported",
    "liked": "http://activitystrea.ms/schema/1.0/like https://w3id.org/xapi/acrossx/verbs/liked",
    "rated": "http://id.tincanapi.com/verb/rated",
    "voted": "http://id.tincanapi.com/verb/voted-up",
    "reviewed": "http://id.tincanapi.com/verb/reviewed",
    "selected": "http://id.tincanapi.com/verb/selected",
    "earned": "http://id.tincanapi.com/verb/earned http://specification.openbadges.org/xapi/verbs/earned",
    "evaluated": "https://w3id.org/xapi/acrossx/verbs/evaluated http://www.tincanapi.co.uk/verbs/evaluated",
    # soft skills, nudges and practice
    "coached": "https://w3id.org/xapi/adb/verbs/coached",
    "mentored": "http://id.tincanapi.com/verb/mentored",
    "practiced": "urn:payoff:verb:practiced",
    "applied": "urn:payoff:verb:applied",
    "acted": "urn:payoff:verb:acted",
    "sent": "http://activitystrea.ms/schema/1.0/send http://activitystrea.ms/send "
    "http://id.tincanapi.com/verb/sent",
    "received": "http://activitystrea.ms/schema/1.0/receive http://activitystrea.ms/receive",
    "presented": "http://activitystrea.ms/schema/1.0/present",
    "acknowledged": "http://activitystrea.ms/schema/1.0/acknowledge",
    "accepted": "http://activitystrea.ms/schema/1.0/accept",
    "dismissed": "http://activitystrea.ms/schema/1.0/deny http://activitystrea.ms/schema/1.0/ignore",
}
