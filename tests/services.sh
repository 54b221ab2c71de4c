#!/usr/bin/env bash
# Installs what tests need and the machine lacks, where that is allowed: a browser, gettext and Chinese fonts on Debian as root.
# Elsewhere the tests that need them skip with a plain reason.
set -u
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v msgfmt >/dev/null || missing+=(gettext)
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests: ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
else
  echo "Not installed, so some tests will skip: ${missing[*]}"
fi
exit 0
