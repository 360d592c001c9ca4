"""A service's block in the study file: where its records are, how it pages, who asks."""

from typing import Annotated, Literal

from pydantic import Field

from payoff.study.fields import Name, Text
from payoff.study.part import Part


class RestPart(Part):
    """A list of records over HTTP. Tokens are named by `login` and kept outside this file."""

    base_url: Text = Field(description="Address all requests stay below, such as https://api.example.org.")
    path: Text = Field(description="Path of the list, such as /tickets.")
    records: Text | None = Field(
        None, description="Where an answer has the list: data.items; else all of it."
    )
    params: dict[Text, Text | bool | int] = Field({}, description="Query parameters of every request.")
    pages: Literal["single", "link_header", "next_url", "cursor", "page", "offset"] = Field(
        "single", description="How the next page is found: a Link header, an address or cursor in the answer."
    )
    next: Text | None = Field(
        None, description="next_url, cursor: where an answer has it, such as meta.next."
    )
    page_param: Text | None = Field(None, description="Parameter of the page, the offset or the cursor.")
    first_page: Annotated[int, Field(ge=0, le=1)] = Field(1, description="page: number of the first one.")
    limit_param: Text = Field("limit", description="offset: parameter of the page size.")
    limit: Annotated[int, Field(ge=1, le=100_000)] = Field(100, description="offset: records a page.")
    total: Text | None = Field(None, description="Where an answer says how many records there are in all.")
    auth: Literal["bearer", "basic", "header"] | None = Field(None, description="How `login` is sent.")
    login: Name | None = Field(None, description="Name of the secret: a token, or user:password for basic.")
    header: Text = Field("Authorization", description="auth: header: its name.")
    since: Text | None = Field(None, description="Parameter that asks for what changed since the cursor.")
    per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="Requests a minute at most."
    )
