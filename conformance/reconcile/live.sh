#!/usr/bin/env bash
# Fresh reconcile steps from Kubernetes' own controller: live.sh FOLDER SEED STEPS [PROFILE…]
# A profile is a minor and a gate: 33off, 36on, 37recreate. FOLDER gets PROFILE.jsonl and the judges; then
#   STSLINT_LIVE_RECORDS=FOLDER cargo test --test controller -- --ignored live
# replays them. Set SCRIPTED to have the scripted steps too.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd) seed=$2 steps=$3
shift 3
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 33off 33on 34off 34on 35off 35on 36off 36on 37off 37on 37recreate
export GOGC=off GOMEMLIMIT=700MiB GOMAXPROCS=1 # one goroutine works at a time: collect little, in step

for minor in $(printf '%.2s\n' "$@" | sort -u); do
  modfile=k$minor.mod
  [ "$minor" = 37 ] && modfile=go.mod
  [ -x "$folder/judge$minor" ] ||
    GOGC=100 GOMEMLIMIT=off GOMAXPROCS=2 nice go build -modfile="$modfile" -tags "k$minor" -ldflags=-s -o "$folder/judge$minor" .
done

record() {
  local judge=$folder/judge${1:0:2} gate=${1:2}
  local flags=(-gate "$gate")
  [ "$gate" = recreate ] && flags=(-gate on -recreate)
  nice "$judge" reconcile -seed "$seed" -steps "$steps" "${flags[@]}" >"$folder/$1.jsonl"
  [ -z "${SCRIPTED:-}" ] || nice "$judge" reconcile -judge "${flags[@]}" <reconcile/scripted.jsonl >>"$folder/$1.jsonl"
}
export -f record
export folder seed steps
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" bash -euc 'record "$1"' record
