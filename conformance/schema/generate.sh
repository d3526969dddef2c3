#!/bin/sh
# Writes src/schema/tables.rs again from the Go types of the five minors.
set -eu
cd "$(dirname "$0")"
types=$(mktemp -d)
trap 'rm -r "$types"' EXIT
for minor in 33 34 35 36; do
  go run -modfile="k$minor.mod" . types >"$types/$minor.json"
done
go run . types >"$types/37.json"
go run . tables "$types"/*.json >../../src/schema/tables.rs
