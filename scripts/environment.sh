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
