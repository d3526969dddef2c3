#!/bin/sh
# Asks the decoder of the five minors: writes src/schema/tables.rs and the golden records of what it answers.
set -eu
export LC_ALL=C
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
for minor in 33 34 35 36 37; do
  mod=k$minor.mod
  [ $minor = 37 ] && mod=go.mod
  go build -modfile="$mod" -o "$work/schema-$minor" .
  "$work/schema-$minor" types >"$work/types-$minor"
  "$work/schema-$minor" cases >"$work/cases-$minor"
done
"$work/schema-37" tables "$work"/types-* >../../src/schema/tables.rs
sort -u "$work"/cases-* >"$work/objects"
for minor in 33 34 35 36 37; do
  "$work/schema-$minor" answers <"$work/objects" >"$work/answers-$minor"
done
mkdir -p ../golden
"$work/schema-37" records "$work/objects" "$work"/answers-* | gzip -9n >../golden/schema.jsonl.gz
