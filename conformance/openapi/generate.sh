#!/bin/sh
# Writes golden/openapi.jsonl.gz again: how Kubernetes publishes the known kinds, the oldest minor first, then the newest.
set -eu
cd "$(dirname "$0")/.."
published() {
  folder=$(go mod download -modfile="$1" -json k8s.io/kubernetes | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",$/\1/p')
  echo "$folder/api/openapi-spec/swagger.json"
}
go run ./openapi "$(published k33.mod)" "$(published go.mod)" | gzip -9n >golden/openapi.jsonl.gz
