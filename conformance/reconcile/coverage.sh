#!/usr/bin/env bash
# How much of the controller's code the steps reach, function by function, in percent: coverage.sh [MINOR…]
# Fails where a function that decides what becomes of pods is reached by less than 90 %.
set -euo pipefail
[ $# -gt 0 ] || set -- 33 37
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
controller=k8s.io/kubernetes/pkg/controller
# What the judge asks of them: not how events reach the controller, nor kinds that are not StatefulSets.
files='stateful_(set_control|set_utils|pod_control)\.go|controller_ref_manager\.go'
decisive='updateStatefulSet|processReplica|processCondemned|updateStatefulSetAfterInvariantEstablished|recreateDeleteAndWait|getStatefulSetRevisions|truncateHistory|AdoptOrphanRevisions|ClaimObject|ClaimPods|ReleasePod'

steps() { nice "$work/judge" reconcile -steps 20000 "$@" >/dev/null; nice "$work/judge" reconcile -judge "$@" <reconcile/scripted.jsonl >/dev/null; }

failed=0
for minor in "$@"; do
  modfile=k$minor.mod
  [ "$minor" = 37 ] && modfile=go.mod
  nice go build -modfile="$modfile" -tags "k$minor" -cover -coverpkg="./...,$controller,$controller/statefulset" -o "$work/judge" .
  export GOCOVERDIR=$work/data
  mkdir "$GOCOVERDIR"
  steps -gate off
  steps -gate on
  [ "$minor" != 37 ] || steps -gate on -recreate
  echo "== 1.$minor"
  go tool covdata func -i="$GOCOVERDIR" | awk -v files="$files" -v decisive="^(.*\\\\.)?($decisive)$" '
    $1 ~ files && ($3 + 0 > 0) && $2 !~ /ReplicaSetController|ControllerRevisionController/ {
      n = split($1, path, "/"); printf "%-34s %-64s %s\n", path[n], $2, $3
      if ($2 ~ decisive && $3 + 0 < 90) low = low "\n" $2
    }
    END { if (low != "") { print "reached by less than 90 %:" low; exit 1 } }' || failed=1
  rm -r "$GOCOVERDIR"
done
exit "$failed"
