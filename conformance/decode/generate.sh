#!/bin/sh
# Writes golden/decode.jsonl again: what Kubernetes' decoder makes of cases.txt.
set -eu
cd "$(dirname "$0")/.."
go run ./decode <decode/cases.txt >golden/decode.jsonl
