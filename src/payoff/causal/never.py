"""Units that never start: two numbers, for two questions.

NEVER_LAUNCHED   When did it launch? After every period, so that "not launched yet" is one comparison.
NO_EVENT         How long since its launch? Before every period, so that "before launch" is one comparison.

Both lie far enough from the ends of 64 bits that adding periods, or taking them off, keeps them there.
A panel's own `launch` is −1 for such units (`nouns.panel`).
"""

import numpy as np

NEVER_LAUNCHED = int(np.iinfo(np.int64).max // 2)
NO_EVENT = int(np.iinfo(np.int64).min // 2)
