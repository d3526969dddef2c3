#!/usr/bin/env bash
# Which errors of Kubernetes' validation the questions bring up: coverage.sh [MINOR…]
# Of the newest minor, unreached.txt has the others, with reasons; an older one looks at less of a StatefulSet.
set -euo pipefail
[ $# -gt 0 ] || set -- 37
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
validation=k8s.io/kubernetes/pkg/apis
for minor in "$@"; do
  modfile=k$minor.mod lists=()
  [ "$minor" = 37 ] && modfile=go.mod lists=(admission/unreached.txt)
  nice go build -modfile="$modfile" -tags "k$minor" -cover -o "$work/judge" \
    -coverpkg="./admission,$validation/core/validation,$validation/apps/validation,$validation/policy/validation,$validation/storage/validation" ./admission
  mkdir "$work/data"
  # The questions of all minors are those that the newest makes.
  [ -e "$work/questions" ] || go run ./admission mutants 1 32000 >"$work/questions"
  GOCOVERDIR=$work/data nice "$work/judge" answers <"$work/questions" >/dev/null
  go tool covdata textfmt -i="$work/data" -o "$work/profile"
  kubernetes=$(go list -modfile="$modfile" -m -f '{{.Dir}}' k8s.io/kubernetes)
  echo "== 1.$minor"
  go run ./admission/reach "$work/profile" "$kubernetes" "${lists[@]}"
  rm -r "$work/data"
done
