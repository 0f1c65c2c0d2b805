# Sourced by the programs of this folder: `environment EXTRA` makes .venv and installs the project with that extra into it.
# It is done again when pyproject.toml has changed. Python 3.11 or newer must be there before; PYTHON names one.

say() { printf '\n== %s\n' "$*"; }
die() { printf 'scripts/%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
  for each in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if new_enough "$each"; then echo "$each"; return; fi
  done
  die "Python 3.11 or newer is needed, and none was found (name one with PYTHON=/path/to/python3)"
}

# Debian keeps venv in a package of its own.
install_venv() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  say "installing python3-venv"
  { apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv; } >/dev/null 2>&1 || true
}

make_environment() {
  python=$(find_python) || exit 1
  can_make_venv "$python" || install_venv
  can_make_venv "$python" || die "$python cannot make an environment; install it (Debian: apt-get install python3-venv)"
  say "making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
}

environment() {
  new_enough .venv/bin/python || make_environment
  if ! cmp -s pyproject.toml ".venv/$1.toml"; then
    say "installing what is needed (the extra \"$1\" of pyproject.toml)"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --editable ".[$1]" ||
      die "the packages could not be installed; they come from where pip is configured to look, usually pypi.org"
    cp pyproject.toml ".venv/$1.toml"
  fi
}

# Whether there is what an extension module is compiled by: a compiler, and the headers of this Python.
can_compile() {
  command -v "${CC:-cc}" >/dev/null && .venv/bin/python -c \
    'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'
}

# A copy of the checkout in the folder $1, where mailkit/ is what a wheel with the hot modules compiled has of it.
compiled_copy() {
  rm -rf "$1"
  mkdir -p "$1"
  tar -cf - --exclude=./.git --exclude=./.venv --exclude=./.mypy_cache --exclude=__pycache__ . | tar -xf - -C "$1"
  python=$PWD/.venv/bin/python
  (
    cd "$1"
    HATCH_BUILD_HOOK_ENABLE_MYPYC=1 "$python" -m pip wheel \
      -q --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir wheel . || exit 1
    rm -rf mailkit
    "$python" -m zipfile -e wheel/*.whl .
  )
}

# The tests of imaplib that come with an interpreter are run by each that there is: `other_interpreters` makes an
# environment below .venv for every supported one on the path, and names them all in MAILKIT_PYTHONS.
other_interpreters() {
  MAILKIT_PYTHONS=
  for minor in 11 12 13; do
    python=$(interpreter "$minor") || continue
    there=.venv/python3.$minor
    if ! cmp -s pyproject.toml "$there/done.toml"; then
      say "making $there, to run that interpreter's own tests of imaplib"
      "$python" -m venv --clear "$there" && dependencies | "$there/bin/python" -m pip install \
        -qq --disable-pip-version-check --requirement /dev/stdin || continue
      cp pyproject.toml "$there/done.toml"
    fi
    MAILKIT_PYTHONS=$MAILKIT_PYTHONS${MAILKIT_PYTHONS:+:}$PWD/$there/bin/python
  done
  export MAILKIT_PYTHONS
}

# A working Python 3.$1 that is not the one of .venv: on the path, or where pyenv keeps it.
interpreter() {
  for each in "python3.$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$1".*/bin/python3; do
    if "$each" -c "import sys, test.test_imaplib; sys.exit(sys.version_info[:2] != (3, $1))" >/dev/null 2>&1 &&
      ! .venv/bin/python -c "import sys; sys.exit(sys.version_info[:2] != (3, $1))"; then
      echo "$each"; return
    fi
  done
  return 1
}

dependencies() {
  .venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")'
}
