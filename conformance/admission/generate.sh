#!/usr/bin/env bash
# Writes golden/admission.jsonl.gz again: what the API servers of the five minors answer to the questions of seed 1.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
./live.sh "$work" 1 32000 33 34 35 36 37
gzip -9nc "$work/golden.jsonl" >../golden/admission.jsonl.gz
