"""NICE CXone: the data download of contacts."""

from payoff.nouns.profile import Field, Profile

CXONE = (
    Profile(
        "cxone-contacts", "NICE CXone (data download)", "interactions", "verified",
        (
            Field("interaction_id", ("Contact_ID",)),
            Field("parent_id", ("Master_Contact_ID",)),
            Field("channel", ("Media_Name",)),
            Field("queue_id", ("Skill_No",)),
            Field("queue", ("Skill_Name",)),
            Field("campaign", ("Campaign_Name",)),
            Field("agent_id", ("Agent_No",)),
            Field("agent_name", ("Agent_Name",)),
            Field("team_id", ("Team_No",)),
            Field("team", ("Team_Name",)),
            Field("disposition", ("Disposition_Code",)),
            Field("within_sla", ("SLA",), values=(("1", "true"), ("0", "false"), ("-1", ""))),
            Field("started_at", ("Start_Date",), time="Start_Time", dates="MM/DD/YYYY HH:mm:ss"),
            Field("handle_seconds", ("ACD_Time",), unit="said"),
            Field("talk_seconds", ("Active_Talk_Time",), unit="said"),
            Field("wrap_seconds", ("ACW_Seconds",), unit="s"),
        ),
        traps=(
            "a transferred contact is credited to its last agent: agents who hand over look faster, those "
            "who take over slower",
            "ACD_Time and Active_Talk_Time come in minutes or in seconds: duration_unit says which",
            "Active_Talk_Time leaves out hold and conference: it is not handling time",
            "SLA -1 means that none was promised: neither kept nor missed",
        ),
        needs=("timezone", "duration_unit"),
    ),
)  # fmt: skip
