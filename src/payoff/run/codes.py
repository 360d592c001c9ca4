"""What every error code means, from whichever room it comes."""

from payoff import connectors, metrics, warehouse
from payoff.study import explain_code

CODES = {
    "L100": "The study is locked already. A second lock would hide what was promised first: amend it.",
    "L101": "There is no lock to amend. Lock the study first; an amendment changes a promise.",
    "L102": "The plan is exactly as it was locked. Data, comments and layout are not part of it.",
    "L110": "The version name holds another result. Published versions never change; take a new name.",
    "P720": "No data could answer this plan: the locked method would refuse once follow-up is over.",
    "P721": "A warning: the second opinion could not answer, the locked method can.",
    "P722": "A warning: a declared subgroup has a level too small to answer for.",
    "R101": "The store was made or changed by another release; its tables are not those this one knows.",
    "R102": "A SQLite file has one writing process. PostgreSQL takes several.",
    "R103": "--store names a file, sqlite:///FILE or postgresql://….",
    "R104": "The store's file or database cannot be opened or written now.",
    "R120": "The secret of another record store comes from the environment; secrets of links are not stored.",
    "R121": "The other record store cannot be reached, or refused. What was moved until then is kept.",
    "R122": "The store cannot be written now. What was moved until then is kept.",
    "R131": "A backup is written to a new file, never over another.",
    "R132": "A backup is restored into a new file or an empty database, never into a store in use.",
    "R133": "What was restored was read back and differs from the backup: do not trust the disk or database.",
    "R134": "There is no such file.",
    "R135": "The file is no backup, or was changed or cut after it was written. Use another.",
    "R200": "There is no key of that name. `payoff lrs key list` names them.",
    "R201": "There is no tenant of that name. `payoff lrs tenant list` names them.",
    "R202": "There is a tenant of that name already.",
    "R203": "A revoked key stays revoked. Make another one.",
    "R204": "A tenant's name is part of an address: lower-case letters, digits and hyphens.",
    "R205": "An option of a key was not understood: a scope, a limit, a date, a duration.",
    "R206": "The audit log was changed or cut off past payoff. It is only ever added to.",
    "R207": "There is no store at that place. `payoff lrs key add` and `payoff lrs serve` make one.",
    "R210": "The file of identity providers cannot be read: docs/reference/lrs.md, Who may.",
    "U001": "The command was not understood. Its --help lists options and arguments.",
    "U100": "The study file cannot be opened.",
    "U101": "A folder was given that holds no study, or several. Name the file.",
    "U102": "payoff.yml cannot be read as a workspace file: `payoff: 1` and, if you like, `out: FOLDER`.",
    "U110": "There is no bundled study of that name. `payoff demo list` names them.",
    "U120": "There is no such error code.",
    "U121": "An option takes only the values listed.",
    "U130": "Templates are: sales, support, onboarding, safety, coaching, pilot-4-weeks, pilot-90-days.",
    "U131": "A study's name becomes a file and a folder: lower-case letters, digits and hyphens.",
    "U132": "The file is already there; nothing is overwritten.",
    "U140": "No finished run of that version. `payoff run` makes one.",
    "U141": "This version has no such output: without money figures there is no workbook.",
    "U142": "A version's name becomes a folder: letters, digits, dots, hyphens and underscores.",
    "U143": "The disk refused: no such folder, no permission, or no room. Nothing half-written is left.",
    "U144": "A version's stored brief cannot be read. `payoff run` makes it again.",
    "U150": "A version reopened from disk holds its published document, not the estimates behind it.",
    "U151": "There is no assumption of that name in the study.",
    "U152": "This result has no such chart: charts are drawn only where the data support them.",
    "U153": "Money was refused; the reason is in `refusals`.",
    "U154": "A what-if value is a number. In Python: 0.7, not '70%'.",
    "U155": "--set takes one assumption and one value: margin=0.35, margin=35%, deal_value=5200 USD/deal.",
    "U156": "A what-if value is in another unit than its assumption.",
    "U157": "A what-if value is outside what the study file would accept.",
    "U158": "A what-if needs its reason: it is kept with the figures and printed.",
    "U159": "Without a lock there is no result a what-if could stand beside.",
    "U160": "There is no figure of that name. `payoff explain roi` is the usual start.",
    "U170": "Only arms (rct) and waves (staggered) are drawn by lot.",
    "U171": "The lot cannot be drawn: too few groups for the arms, or shares that are none.",
    "U172": "Another allocation is there already. A lot drawn again until it pleases is no lot.",
    "U161": "The figure was refused or is hidden until the plan is locked.",
    "U180": "The two studies answer different questions; every difference is named.",
    "U181": "A study without a lock has no result to compare.",
    "U190": "Only a final result can be signed or disputed: lock the plan and run it.",
    "U191": "This version holds no money figure, so there is nothing to sign.",
    "U192": "A sign-off or a dispute needs the name of a person.",
    "U193": "Two people: who locked the plan as analyst cannot sign it for finance.",
    "U194": "A dispute needs its reason: somebody has to answer it.",
    "U195": "The record of sign-offs was edited or cut off. It is only ever added to.",
    "U200": "An instrumentation plan cannot be read; the place and what may stand there are named.",
}


def explain(code: str) -> str | None:
    """A code's meaning; None when no room has it."""
    told = explain_code(code)
    for room in (connectors.CODES, warehouse.CODES, metrics.CODES, CODES):
        if told is None and code in room:
            told = f"{code}  {room[code]}"
    return told
