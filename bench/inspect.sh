#!/bin/bash
# bench/inspect.sh [NETWORK...]: memc inspect of a million points, beside the phases that build
# the network (spec, data, construct, expect) in the same run; the run of the least ratio of three.
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- sqrt sqrt_peel depth bits steps binary grid park
spec=examples/experiments/growth.mem

machine
echo
echo '| network | neurons | building, s | memc inspect, s | times | MiB |'
echo '| --- | ---: | ---: | ---: | ---: | ---: |'
for network; do
	best=''
	for i in 1 2 3; do
		measure "$memc" inspect "$spec" --network="$network" -D n=1000000 --time
		building=$(awk '/^(spec|data|construct|expect) / { sum += $2 } END { print sum }' "$work/measure")
		times=$(calc %.2f "$seconds / $building")
		if [ -z "$best" ] || awk "BEGIN { exit !($times < $best) }"; then
			best=$times row="$building | $seconds | $times | $(calc %.0f "$kib / 1024")"
		fi
	done
	echo "| $network | $(awk '$1 == "total" { print $4; exit }' "$work/output") | $row |"
done
