"""Honest difference in differences, relative magnitudes: how much faster than moderndid, and the same?

Asks both, each in a process of its own, for the average effect of an event study with five periods before
launch and two after, at Mbar 1; prints seconds, their ratio, and how far the intervals lie apart in standard
errors of the effect. Fails below 20 times, or beyond a tenth of an error: moderndid answers on a grid a
twenty-fifth of an error wide, its ends inside, with a first stage drawn a thousand times.

    python benchmarks/speed/bench_honest_did.py
"""

import json
import subprocess
import sys

LEAST_RATIO, FARTHEST = 20.0, 0.1
INPUTS = """
import numpy as np
n_pre, weights = 5, np.array([0.5, 0.5])
estimates = np.array([-0.005, -0.011, -0.003, -0.001, 0.0, 0.046, 0.069])
# the first change before launch is not the largest: moderndid leaves it out of its union
errors = np.array([0.0087, 0.0085, 0.0071, 0.0063, 0.0074, 0.0092, 0.0104])
covariance = 0.5 * (np.diag(errors**2) + np.outer(errors, errors))
error = float(np.sqrt(weights @ covariance[n_pre:, n_pre:] @ weights))
"""
OURS = """
import json, time
from payoff.causal import honest_intervals
honest_intervals(estimates, covariance, n_pre, [0.5])  # imports apart
seconds = []
for _ in range(5):
    begins = time.perf_counter()
    found = honest_intervals(estimates, covariance, n_pre, [1.0])[0]
    seconds.append(time.perf_counter() - begins)
print(json.dumps([min(seconds), found.low, found.high, error]))
"""
THEIRS = """
import json, sys, time, types, warnings
warnings.simplefilter("ignore")
if "cvxpy" not in sys.modules:
    try:
        import cvxpy
    except ImportError:  # only moderndid's smoothness intervals use it
        stand_in = types.ModuleType("cvxpy")
        stand_in.error = types.SimpleNamespace(SolverError=Exception)
        sys.modules["cvxpy"] = stand_in
from moderndid.didhonest.sensitivity import create_sensitivity_results_rm
begins = time.perf_counter()
found = create_sensitivity_results_rm(estimates, covariance, n_pre, 2, m_bar_vec=[1.0], l_vec=weights)
seconds = time.perf_counter() - begins
print(json.dumps([seconds, float(found["lb"][0]), float(found["ub"][0]), error]))
"""


def ask(code: str) -> list[float]:
    """[seconds, low, high, standard error], as the process prints them last."""
    done = subprocess.run([sys.executable, "-c", INPUTS + code], check=True, capture_output=True, text=True)
    answer: list[float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> int:
    """Print the comparison; 1 where it misses what is promised."""
    ours, theirs = ask(OURS), ask(THEIRS)
    ratio = theirs[0] / ours[0]
    apart = max(abs(ours[1] - theirs[1]), abs(ours[2] - theirs[2])) / ours[3]
    print(f"payoff     {ours[0]:8.3f} s   {ours[1]:.5f} to {ours[2]:.5f}")
    print(f"moderndid  {theirs[0]:8.3f} s   {theirs[1]:.5f} to {theirs[2]:.5f}")
    print(f"ratio      {ratio:8.0f}     ends apart by {apart:.3f} standard errors at most")
    return 0 if ratio >= LEAST_RATIO and apart <= FARTHEST else 1


if __name__ == "__main__":
    sys.exit(main())
