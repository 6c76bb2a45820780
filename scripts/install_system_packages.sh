#!/usr/bin/env bash
# What the tests need that pip cannot bring: a browser for the journeys, Tesseract for the scans.
# Installs them where it may; else says plainly which tests will be skipped.
set -u

wanted=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
command -v tesseract >/dev/null || wanted+=(tesseract-ocr)
[ ${#wanted[@]} -eq 0 ] && exit 0

root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root="sudo -n"; else root="none"; fi
fi
if command -v apt-get >/dev/null && [ "$root" != none ]; then
    echo "Installing ${wanted[*]} ..."
    log=$(mktemp)
    if $root env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -q && apt-get install -y -q --no-install-recommends ${wanted[*]}" >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "WARNING: could not install ${wanted[*]}. The tests that need it will be SKIPPED, by name. By hand: apt-get install ${wanted[*]}" >&2
exit 0
