"""What every part of a study file has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Unknown keys are errors; nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)
