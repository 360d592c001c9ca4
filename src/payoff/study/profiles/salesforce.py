"""Salesforce: opportunities by field name, by label, and as the public sample has them."""

from payoff.nouns.profile import Field, Profile

_OPEN = ("Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers",
         "Perception Analysis", "Proposal/Price Quote", "Negotiation/Review")  # fmt: skip
_STAGES_CLOSED = (*((stage, "false") for stage in _OPEN), ("Closed Won", "true"), ("Closed Lost", "true"))
_STAGES_WON = (*((stage, "false") for stage in (*_OPEN, "Closed Lost")), ("Closed Won", "true"))
_FORECAST = "the close date of an open deal is a forecast: it becomes expected_close_on, never closed_on"
_RESET = "a close date in the future is set to today when the deal is won"

SALESFORCE = (
    Profile(
        "salesforce-opportunities", "Salesforce (Opportunity fields)", "opportunities", "verified",
        (
            Field("opportunity_id", ("Id",), from_memory=True),
            Field("owner_id", ("OwnerId",), from_memory=True),
            Field("account_id", ("AccountId",)),
            Field("name", ("Name",), from_memory=True),
            Field("stage", ("StageName",), from_memory=True),
            Field("is_closed", ("IsClosed",)),
            Field("is_won", ("IsWon",)),
            Field("amount", ("Amount",)),
            Field("currency", ("CurrencyIsoCode",), from_memory=True),
            Field("probability", ("Probability", "DefaultProbability"), from_memory=True),
            Field("created_at", ("CreatedDate",), from_memory=True),
            Field("closed_on", ("CloseDate",)),
        ),
        traps=(
            _FORECAST,
            _RESET,
        ),
        needs=("timezone",),
        close_date="CloseDate",
    ),
    Profile(
        "salesforce-report", "Salesforce (report, English labels)", "opportunities", "from memory",
        (
            Field("opportunity_id", ("Opportunity ID",)),
            Field("owner_name", ("Opportunity Owner",)),
            Field("account", ("Account Name",)),
            Field("name", ("Opportunity Name",)),
            Field("stage", ("Stage",)),
            Field("is_closed", ("Closed", "Stage"), values=_STAGES_CLOSED),
            Field("is_won", ("Won", "Stage"), values=_STAGES_WON),
            Field("amount", ("Amount",)),
            Field("currency", ("Amount Currency",)),
            Field("probability", ("Probability (%)",)),
            Field("opened_on", ("Created Date",)),
            Field("closed_on", ("Close Date",)),
        ),
        traps=(
            _FORECAST,
            _RESET,
            "names of stages are yours to change: say under values which are closed and which are won",
        ),
        needs=("date_format",),
        close_date="Close Date",
    ),
    Profile(
        "crm-sample-opportunities", "public CRM sample (synthetic)", "opportunities", "verified",
        (
            Field("opportunity_id", ("opportunity_id",)),
            Field("owner_name", ("sales_agent",)),
            Field("product", ("product",)),
            Field("account", ("account",)),
            Field("stage", ("deal_stage",)),
            Field("is_closed", ("deal_stage",), values=(
                ("Prospecting", "false"), ("Engaging", "false"), ("Won", "true"), ("Lost", "true"))),
            Field("is_won", ("deal_stage",), values=(
                ("Prospecting", "false"), ("Engaging", "false"), ("Won", "true"), ("Lost", "false"))),
            Field("amount", ("close_value",)),
            Field("opened_on", ("engage_date",)),
            Field("closed_on", ("close_date",)),
        ),
        traps=("invented deals: never shown as a real firm's", "a lost deal's value is 0, not what was lost"),
        close_date="close_date",
    ),
)  # fmt: skip
