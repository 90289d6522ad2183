#!/bin/bash
# fuzz.sh SECONDS FUZZER...: each fuzzer for so long, from the saved corpus. What it learns
# stays in build/fuzz/corpus, what it finds in build/fuzz/found.
set -u
seconds=$1
shift
cd "$(dirname "$0")/../.." || exit 2
passed=0 failed=0
for fuzzer; do
	name=${fuzzer##*/}
	learnt=$BUILD/fuzz/corpus/$name found=$BUILD/fuzz/found
	mkdir -p "$learnt" "$found"
	echo "fuzz: $name for $seconds s"
	if "$fuzzer" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
		-verbosity=0 -artifact_prefix="$found/$name-" "$learnt" "tests/fuzz/corpus/$name" \
		</dev/null >"$found/$name.log" 2>&1; then
		grep -E 'number_of_executed_units|new_units_added' "$found/$name.log"
		passed=$((passed + 1))
	else
		tail -n 40 "$found/$name.log"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
