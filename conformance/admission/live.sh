#!/usr/bin/env bash
# Fresh records of admission: live.sh FOLDER SEED COUNT MINOR… FOLDER gets the judges, and golden.jsonl; then
#   STSLINT_LIVE_RECORDS=FOLDER cargo test --test admission -- --ignored live
# replays them.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd) seed=$2 count=$3
shift 3
cd "$(dirname "$0")"
./judges.sh "$folder" "$@"
asks=$folder/admission-${*: -1}
"$asks" mutants "$seed" "$count" >"$folder/questions"
export folder
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" bash -euc 'nice "$folder/admission-$1" answers <"$folder/questions" >"$folder/answers-$1"' answers
answers=()
for minor in "$@"; do answers+=("$folder/answers-$minor"); done
"$asks" golden "$folder/questions" "${answers[@]}" >"$folder/golden.jsonl"
