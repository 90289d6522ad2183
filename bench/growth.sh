#!/bin/bash
# bench/growth.sh [N...]: time and memory from a spec to C, for N uniform points of 16 features in
# 10 classes; and what each is of N log2 N, beside the row before.
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- 10000 100000 1000000

machine
echo
echo '| points | s | s / (N log2 N), ns | times the row before | MiB | bytes a point | times the row before | C file, MiB |'
echo '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
before_seconds='' before_kib=''
for n; do
	measure "$memc" compile bench/cloud.mem -D points="$n" --emit=c -o "$work/growth.c"
	echo "| $n | $seconds | $(calc %.1f "$seconds * 1e9 / ($n * log($n) / log(2))") |" \
		"$([ -z "$before_seconds" ] || calc %.1f "$seconds / $before_seconds") |" \
		"$(calc %.0f "$kib / 1024") | $(calc %.0f "$kib * 1024 / $n") |" \
		"$([ -z "$before_kib" ] || calc %.1f "$kib / $before_kib") |" \
		"$(calc %.1f "$(wc -c <"$work/growth.c") / 1048576") |"
	before_seconds=$seconds before_kib=$kib
done
