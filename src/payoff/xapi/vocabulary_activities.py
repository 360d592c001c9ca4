"""Canonical activity types and every IRI that means one of them.

Question  Which IRIs of ADL, cmi5, the video profile, the TinCan registry, acrossx, activity streams and
          vendors (Moodle logstore, H5P, Open edX) say the same kind of thing?
Own       Job aids, practice prompts and nudges have a word here and few registered IRIs; the URNs under
          `urn:payoff:activity-type:` are ours, for whoever has none.
"""

_ADL = "http://adlnet.gov/expapi/activities/"
_TINCAN = "http://id.tincanapi.com/activitytype/"
_STREAM = "http://activitystrea.ms/schema/1.0/"
_OURS = "urn:payoff:activity-type:"
_MOODLE = "http://vocab.xapi.fr/activities/"

ACTIVITY_TYPES = {
    # what is learned with
    "course": f"{_ADL}course https://w3id.org/xapi/cmi5/activitytype/course {_TINCAN}lms/course "
    f"http://lrs.learninglocker.net/define/type/moodle/course {_MOODLE}course",
    "block": "https://w3id.org/xapi/cmi5/activitytype/block",
    "module": f"{_ADL}module http://lrs.learninglocker.net/define/type/moodle/module {_MOODLE}module",
    "lesson": f"{_ADL}lesson",
    "learning path": "https://w3id.org/xapi/acrossx/activities/learning-plan",
    "content": f"https://w3id.org/xapi/cmi5/activitytype/au {_ADL}media {_TINCAN}resource {_ADL}performance",
    "video": f"https://w3id.org/xapi/video/activity-type/video {_STREAM}video "
    "https://w3id.org/xapi/acrossx/activities/video",
    "audio": f"https://w3id.org/xapi/audio/activity-type/audio {_STREAM}audio",
    "document": f"{_TINCAN}document {_STREAM}file {_ADL}file {_STREAM}article {_TINCAN}book {_STREAM}note",
    "page": f"https://w3id.org/xapi/acrossx/activities/webpage {_STREAM}page {_ADL}link {_TINCAN}slide "
    f"http://xapi.jisc.ac.uk/define/vle/page {_MOODLE}page",
    "slide deck": f"{_TINCAN}slide-deck",
    "game": f"{_STREAM}game",
    "simulation": f"{_ADL}simulation",
    "image": f"{_STREAM}image",
    # what is asked
    "assessment": f"{_ADL}assessment {_TINCAN}unit-test {_TINCAN}school-assignment "
    f"{_MOODLE}quiz http://lrs.learninglocker.net/define/type/moodle/quiz",
    "question": f"{_ADL}cmi.interaction {_ADL}question {_STREAM}question {_ADL}interaction",
    "survey": f"{_TINCAN}survey {_STREAM}survey {_MOODLE}feedback "
    "https://xapinet.org/xapi/tc3/cuf/hemorrhage_control/v1/concepts#activity-type:survey",
    "attempt": f"{_ADL}attempt",
    "assignment": f"{_MOODLE}assign",
    # what is aimed at
    "objective": f"{_ADL}objective",
    "competency": "https://w3id.org/xapi/catch/activitytypes/competency "
    f"https://w3id.org/xapi/tla/activity-types/competency "
    f"{_OURS}competency",
    "skill": "https://w3id.org/xapi/acrossx/activities/skill",
    "badge": f"{_STREAM}badge http://activitystrea.ms/schema/1.0/badge "
    "https://w3id.org/xapi/openbadges/activity-type/badge",
    "certificate": "https://www.opigno.org/en/tincan_registry/activity_type/certificate",
    "goal": f"{_TINCAN}goal",
    # who talks
    "meeting": f"{_ADL}meeting {_TINCAN}meeting {_STREAM}event {_STREAM}meeting",
    "coaching session": f"{_OURS}coaching-session",
    "chat": f"{_TINCAN}chat-message {_TINCAN}chat-channel {_MOODLE}chat",
    "discussion": f"{_TINCAN}discussion {_TINCAN}forum-topic {_TINCAN}forum-reply "
    f"{_STREAM}comment {_MOODLE}forum https://w3id.org/xapi/acrossx/activities/discussion-topic",
    "message": f"https://w3id.org/xapi/acrossx/activities/message {_TINCAN}email",
    "review": f"{_STREAM}review {_TINCAN}review",
    "person": f"{_STREAM}person {_TINCAN}user-profile",
    "group": f"{_STREAM}group",
    # help in the work
    "job aid": f"{_OURS}job-aid {_TINCAN}checklist {_TINCAN}checklist-item",
    "practice prompt": f"{_OURS}practice-prompt {_TINCAN}reflection",
    "practice": f"{_OURS}practice {_TINCAN}role-play "
    "https://w3id.org/xapi/flashcards/activity-types/flashcard",
    "application": f"{_OURS}application",
    "nudge": f"{_OURS}nudge {_STREAM}alert {_STREAM}notification",
    "check-in": f"{_OURS}check-in",
    # what it runs in
    "software": f"{_STREAM}application {_TINCAN}software-application {_TINCAN}site {_STREAM}service",
    "learning platform": f"{_TINCAN}lms",
    "source": f"{_TINCAN}source",
    "profile": f"{_ADL}profile",
    "tag": f"{_TINCAN}tag {_STREAM}tag http://activitystream.ms/tag",
    "category": f"{_TINCAN}category",
}
