#!/usr/bin/env bash
# Runs the Autobahn test suite's fuzzing client against `roost`; see README.md.
set -euo pipefail
roost=${1:?"usage: autobahn.sh path/to/roost [objects]"}
path=/echo
[ "${2:-}" = objects ] && path=/objects/ECHO/autobahn
python=${PYTHON2:-python2.7}
base=$(cd "$(dirname "$0")/.." && pwd)/.build/autobahn
suite=$base/suite
mkdir -p "$base"
[ -d "$suite/autobahntestsuite" ] || "$python" -m pip install --quiet --target "$suite" autobahntestsuite==25.10.1

output=$base/server
# Not the port of the last run.
: >"$output"
"$roost" bench socket-server --message-bytes 16777216 >"$output" &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until [ -s "$output" ]; do sleep 0.1; done
port=$(cut -d' ' -f1 "$output")

cat >"$base/spec.json" <<JSON
{
  "outdir": "$base/report",
  "servers": [{"agent": "Roost", "url": "ws://127.0.0.1:$port$path"}],
  "cases": ["${CASES:-*}"],
  "exclude-cases": ["12.*", "13.*"],
  "exclude-agent-cases": {}
}
JSON
# The folder is no environment of its own; `site` finds the namespace packages in it.
(cd "$base" && "$python" - "$suite" >run.log 2>&1 <<'PY'
import site, sys
site.addsitedir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
sys.argv = ["wstest", "-m", "fuzzingclient", "-s", "spec.json"]
from autobahntestsuite.wstest import run
run()
PY
)
python3 - "$base/report/index.json" <<'PY'
import collections, json, sys
cases = json.load(open(sys.argv[1]))["Roost"]
groups = collections.defaultdict(collections.Counter)
bad = []
for name, result in sorted(cases.items(), key=lambda c: [int(p) for p in c[0].split(".")]):
    groups[int(name.split(".")[0])][result["behavior"]] += 1
    # Where the protocol leaves a choice, the suite calls the other one non-strict.
    allowed = ("OK", "INFORMATIONAL", "NON-STRICT")
    if result["behavior"] not in allowed or result["behaviorClose"] not in allowed:
        bad.append("%s: %s, close %s" % (name, result["behavior"], result["behaviorClose"]))
for group in sorted(groups):
    print(group, dict(groups[group]))
print("\n".join(bad) or "all %d cases as they should be" % len(cases))
sys.exit(1 if bad else 0)
PY
