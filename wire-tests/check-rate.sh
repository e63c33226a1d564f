#!/usr/bin/env bash
# Compares how many rate limit checks and how many health requests `roost serve` answers in a second; see README.md.
set -euo pipefail
roost=${1:?"usage: check-rate.sh path/to/roost [keys [connections [rounds]]]"}
keys=${2:-1000}
connections=${3:-256}
rounds=${4:-10}
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT

# Buckets so large that nothing is refused: a refusal is cheaper than an answer that has to be durable.
mkdir "$folder/tenants"
for tenant in 0 1 2 3 4 5 6 7; do
    echo '{"tenantId": "bench'$tenant'", "rateLimit": {"tokenBucket": {"capacity": 10000, "refillPerSecond": 10000}}}' \
        >"$folder/tenants/bench$tenant.json"
done

# The same script for both, because a script costs the client time.
script() {
    cat <<LUA
local requests, place, threads = {}, 0, 0
function setup(thread)
  thread:set("first", threads * math.floor($keys / 2))
  threads = threads + 1
end
function init()
  for key = 1, $keys do
    requests[key] = wrk.format("$1", "$2", {["x-tenant-id"] = "bench" .. (key % 8), ["content-type"] = "application/json"}, $3)
  end
  place = first
end
function request()
  place = place % $keys + 1
  return requests[place]
end
LUA
}
script GET /healthz nil >"$folder/health.lua"
script POST /rate-limit/check "'{\"key\": \"k' .. key .. '\"}'" >"$folder/check.lua"

"$roost" serve --port 0 --data "$folder/data" --tenants "$folder/tenants" >"$folder/ready" 2>"$folder/log" &
server=$!
until grep -q 'ready on' "$folder/ready"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
address=$(grep -o 'http://[0-9.:]*' "$folder/ready")

# $1 is the script, $2 the seconds; prints requests a second, and fails when one of them was refused.
load() {
    wrk -t2 -c"$connections" -d"$2s" -s "$folder/$1.lua" "$address" >"$folder/out"
    if grep -q 'Non-2xx' "$folder/out"; then cat "$folder/out" >&2; exit 1; fi
    awk '/Requests.sec/ {print $2}' "$folder/out"
}
load health 2 >/dev/null
load check 3 >/dev/null
for _ in $(seq "$rounds"); do echo "$(load health 1) $(load check 1)"; done >"$folder/rounds"
python3 - "$folder/rounds" "$keys" "$connections" <<'PY'
import statistics, sys
rounds = [tuple(map(float, line.split())) for line in open(sys.argv[1])]
health, check = (statistics.median(column) for column in zip(*rounds))
ratios = sorted(check / health for health, check in rounds)
print(f"{sys.argv[2]} keys, {sys.argv[3]} connections: health {health:.0f}/s, check {check:.0f}/s, "
      f"ratio {statistics.median(ratios):.2f} (of the medians {check / health:.2f}, "
      f"rounds {ratios[0]:.2f} to {ratios[-1]:.2f})")
PY
