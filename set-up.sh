#!/bin/sh
# Make .venv in this folder and install into it. Called by make: sh set-up.sh REQUIREMENTS --dev|--no-dev
# PYTHON names the interpreter to use; left empty, the first of the right version is taken.
set -eu
requirements=$1
groups=$2
log=build/set-up.log

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1; }

find_python() {
    for one in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if fits "$one"; then
            command -v "$one"
            return
        fi
    done
    say "需要 Python 3.11 至 3.14；没有找到${PYTHON:+（PYTHON=$PYTHON）}。 / Python 3.11 to 3.14 is needed; none was found${PYTHON:+ (PYTHON=$PYTHON)}."
    say "    make PYTHON=/path/to/python3.12 demo"
    return 1
}

with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    # shellcheck disable=SC2086  # two words or none
    UV_PROJECT_ENVIRONMENT=.venv uv sync --quiet --frozen --inexact "$groups" ${PYTHON:+--python "$PYTHON"} >>"$log" 2>&1
}

with_pip() {
    python=$(find_python) || exit 1
    if ! "$python" -m venv .venv >>"$log" 2>&1; then
        say "无法建立虚拟环境 / the environment cannot be made: $python -m venv .venv"
        say "    Debian, Ubuntu: apt install python3-venv"
        exit 1
    fi
    .venv/bin/python -m pip install --disable-pip-version-check -q -r "$requirements" >>"$log" 2>&1 &&
        .venv/bin/python -m pip install --disable-pip-version-check -q --no-deps -e . >>"$log" 2>&1
}

# A library without ready-made packages: it is built here, or done without.
with_durable_rules() {
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || return 1
    ! .venv/bin/python -c 'import durable.lang' >/dev/null 2>&1 || return 0
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python durable-rules==2.0.28 >>"$log" 2>&1 || return 1
    else
        .venv/bin/python -m pip install --disable-pip-version-check -q durable-rules==2.0.28 >>"$log" 2>&1 || return 1
    fi
    .venv/bin/python -c 'import durable.lang' >/dev/null 2>&1
}

mkdir -p build
: >"$log"
say "准备运行环境 .venv（只在第一次需要） / setting up .venv (the first time only) …"
if ! with_uv && ! with_pip; then
    say "安装未成功，经过见 $log / the installation failed; see $log:"
    tail -n 5 "$log" >&2
    exit 1
fi
if ! with_durable_rules; then
    say "这里装不上 durable-rules（可选）：线索归并将只用 SQL，其他功能不受影响。 / durable-rules (optional) cannot be built here: triage will use SQL alone, all else is as it was."
fi
# As make sees it: a folder reached through a link is still this folder.
pwd -P >.venv/made-in
