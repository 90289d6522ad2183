# Sourced by the measurements: where memc is, where results go, and how a run is measured.
set -eu -o pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
build=$(cd "${BUILD:-build}" && pwd)
memc=$build/release/memc
work=$build/bench
[ -x "$memc" ] || { echo "bench: make it first: no $memc" >&2 && exit 2; }
mkdir -p "$work"
${CC:-gcc} -O2 -o "$work/usage" bench/usage.c

# Runs a command; sets seconds and kib.
measure() { # COMMAND...
	"$work/usage" "$@" >"$work/output" 2>"$work/measure" || { cat "$work/measure" >&2 && exit 1; }
	read -r seconds _ kib _ < <(tail -n 1 "$work/measure")
}

# The least of three runs.
measure3() {
	local best_seconds='' best_kib='' i
	for i in 1 2 3; do
		measure "$@"
		if [ -z "$best_seconds" ] || awk "BEGIN { exit !($seconds < $best_seconds) }"; then
			best_seconds=$seconds
		fi
		[ "$best_kib" ] && [ "$best_kib" -lt "$kib" ] || best_kib=$kib
	done
	seconds=$best_seconds kib=$best_kib
}

calc() { # FORMAT EXPRESSION
	awk "BEGIN { printf \"$1\", $2 }"
}

machine() {
	echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(${CC:-gcc} --version | head -n 1)," \
		"memc $("$memc" --version | awk '{ print $NF; exit }')"
}
