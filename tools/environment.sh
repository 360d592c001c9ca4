# Sourced by ./demo and ./test: makes .venv from the hashed pins, and only when they changed.
# Needs Python >= 3.11, and on Debian root to install python3-venv where it is missing.

say() { printf '%s\n' "$*" >&2; }

apt_install() { # packages; run only for what is missing
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        say "missing system packages: $*"
        say "fix: install them with your package manager (Debian: apt-get install $*), then run this again"
        exit 1
    fi
    say "installing system packages: $*"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
        say "apt-get install $* failed; run it by hand to see why"
        exit 1
    }
}

find_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_environment() { # core | test
    python=$(find_python) || {
        apt_install python3 python3-venv
        python=$(find_python) || { say "no Python 3.11 or later; fix: install one"; exit 1; }
    }
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install python3-venv
    fi
    stamp=$(cat requirements/bootstrap.txt "requirements/$1.txt" pyproject.toml | sha256sum | cut -c1-16)
    if [ -x .venv/bin/payoff ] && [ -f ".venv/made-$1-$stamp" ]; then
        return
    fi
    say "making .venv ($1), a minute the first time"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
    .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes --no-deps -r "requirements/$1.txt"
    .venv/bin/uv pip install -q --python .venv/bin/python --no-build-isolation --no-deps -e .
    rm -f ".venv/made-$1-"*
    : >".venv/made-$1-$stamp"
}

add_spark() { # to a .venv that is made: pyspark and what builds it, pinned; Java is a system package
    pins=$(sha256sum <requirements/spark.txt | cut -c1-16)
    [ ! -f ".venv/made-spark-$pins" ] || return 0
    say "adding Spark to .venv, two minutes the first time"
    .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes --no-deps \
        --build-constraints requirements/spark.txt -r requirements/spark.txt
    rm -f .venv/made-spark-*
    : >".venv/made-spark-$pins"
}
