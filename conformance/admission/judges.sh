#!/usr/bin/env bash
# Builds the judge of each minor: judges.sh FOLDER MINOR…; FOLDER gets admission-33 and so on.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
for minor in "$@"; do
  modfile=k$minor.mod
  [ "$minor" = 37 ] && modfile=go.mod
  nice go build -modfile="$modfile" -tags "k$minor" -ldflags=-s -o "$folder/admission-$minor" ./admission
done
