"""What soft-skills microlearning changed, and what that was worth.

import payoff as po
study = po.Study("sales.yml")
study.check().show()
result = study.run()
result.verdict.text
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from payoff.apps.api import Run, Study, open_result
    from payoff.apps.api_money import compare

__all__ = ["Run", "Study", "compare", "open_result"]


def __getattr__(name: str) -> Any:
    """Import the Python API when it is first asked for: the command line does not need it."""
    if name in __all__:
        from payoff.apps import api, api_money

        return getattr(api_money if name == "compare" else api, name)
    raise AttributeError(f"module 'payoff' has no attribute {name!r}")
