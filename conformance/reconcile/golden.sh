#!/usr/bin/env bash
# Writes conformance/golden/reconcile.gz anew: 100,000 seeded steps and the scripted ones, for every profile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
SCRIPTED=1 "$here/live.sh" "$folder" "${1:-1}" "${2:-100000}"
mkdir -p "$here/../golden"
"$folder/judge37" reconcile-merge "$folder" "$here/../golden/reconcile.gz"
