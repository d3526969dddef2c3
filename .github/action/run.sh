#!/usr/bin/env bash
# Runs stslint as a step of a GitHub job. The inputs of action.yml come as STSLINT_* variables and are never read as
# code. Bash 3.2 is enough, as on the runners for macOS.
set -euo pipefail

reports="$RUNNER_TEMP/stslint"
mkdir -p "$reports"
rm -f "$reports/annotations" "$reports/stslint.sarif"

binary="$STSLINT_BINARY"
if [[ -z "$binary" ]]; then
  if ! command -v cargo >/dev/null; then
    echo "::error title=stslint::no cargo on this runner; install Rust in a step before, or name a built stslint as the input 'binary'"
    exit 2
  fi
  echo "::group::Build stslint"
  cargo install --path "$GITHUB_ACTION_PATH" --locked --root "$reports"
  echo "::endgroup::"
  binary="$reports/bin/stslint"
fi

arguments=(check -o full -o "github=$reports/annotations" -o "sarif=$reports/stslint.sarif")
if [[ "$STSLINT_FAIL_ON" == never ]]; then
  arguments+=(--exit-zero)
else
  arguments+=("--fail-on=$STSLINT_FAIL_ON")
fi
if [[ -n "$STSLINT_KUBERNETES_VERSION" ]]; then
  arguments+=("--kubernetes-version=$STSLINT_KUBERNETES_VERSION")
fi
while IFS= read -r line || [[ -n "$line" ]]; do
  [[ -z "$line" ]] || arguments+=("$line")
done <<<"$STSLINT_ARGS"
arguments+=(--)
while IFS= read -r line || [[ -n "$line" ]]; do
  [[ -z "$line" ]] || arguments+=("$line")
done <<<"$STSLINT_PATHS"

# What stslint prints shows lines of manifests. Until a token that they cannot know comes by, the runner obeys none.
token="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
code=0
echo "::stop-commands::$token"
# Logs show colours although no terminal is there; NO_COLOR still wins.
CLICOLOR_FORCE="${CLICOLOR_FORCE-1}" "$binary" "${arguments[@]}" 2>&1 </dev/null || code=$?
echo
echo "::$token::"

count() {
  if [[ -f "$reports/annotations" ]]; then grep -c "^::$1 " "$reports/annotations" || true; else echo 0; fi
}
sarif=""
if [[ -s "$reports/stslint.sarif" ]]; then sarif="$reports/stslint.sarif"; fi
{
  echo "exit-code=$code"
  echo "errors=$(count error)"
  echo "warnings=$(count warning)"
  echo "sarif-file=$sarif"
} >>"$GITHUB_OUTPUT"

if [[ "$STSLINT_ANNOTATIONS" == true && -f "$reports/annotations" ]]; then cat "$reports/annotations"; fi
exit "$code"
