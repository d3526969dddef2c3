#!/usr/bin/env bash
# Writes golden/admission.jsonl.gz again: what the API servers of the five minors answer to the questions of seed 1; and
# golden/revisions.tsv.gz: the names of the revisions of the StatefulSets in them that the newest one takes.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
./live.sh "$work" 1 32000 33 34 35 36 37
gzip -9nc "$work/golden.jsonl" >../golden/admission.jsonl.gz
"$work/admission-37" sets <"$work/questions" >"$work/sets"
names=()
for minor in 33 34 35 36 37; do
  nice "$work/admission-$minor" names <"$work/sets" >"$work/names-$minor"
  names+=("$work/names-$minor")
done
paste "$work/sets" "${names[@]}" | awk -F '\t' '$NF != ""' | gzip -9nc >../golden/revisions.tsv.gz
