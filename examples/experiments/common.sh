# Sourced by the experiments: where memc is, where results go, and what they share.
#
# MEMC is another memc than that of this tree, OUT another folder than build/experiments.
set -eu -o pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
experiments=$root/examples/experiments
build=${BUILD:-$root/build}
memc=${MEMC:-$build/${VARIANT:-release}/memc}
work=${OUT:-$build/experiments}
name=$(basename "$0" .sh)
command -v "$memc" >/dev/null || { echo "$name: make it first: no $memc" >&2 && exit 2; }
mkdir -p "$work"
csv=$work/$name.csv
scratch=$work/$name-files

# Of a network: depth, width, parameters, greatest bits of a weight in fixed point.
sizes() { # SPEC OPTION...
	"$memc" inspect --csv "$@" | awk -F, '$1 == "total" { print $2, $3, $5, $8 }'
}

calc() { # FORMAT EXPRESSION
	awk "BEGIN { printf \"$1\", $2 }"
}

# CSV on standard input as a table in Markdown.
table() {
	awk -F, '{ print "| " $0 " |" } NR == 1 { gsub(/[^,]+/, "---:"); print "| " $0 " |" }' |
		sed 's/,/ | /g; s/---:/---/'
}

# Commands of gnuplot on standard input draw the picture of this experiment.
plot() {
	if ! command -v gnuplot >/dev/null; then
		echo "$name: no picture without gnuplot" >&2
		return
	fi
	{
		echo 'set terminal svg size 680,420 font "sans-serif,13" background "white"'
		echo "set output '$work/$name.svg'"
		echo 'set datafile separator ","; set grid; set key outside right; set style data linespoints'
		cat
	} | gnuplot
}

# The data sets `train` and `test` of a spec, as files, and the label of the nearest training
# point for each test point. Compiles the program for that once.
data_and_nearest() { # SPEC OPTION...
	local set
	mkdir -p "$scratch"
	for set in train test; do
		"$memc" data "$@" --dataset=$set --csv -o "$scratch/$set.csv"
		"$memc" data "$@" --dataset=$set --labels -o "$scratch/$set.labels"
	done
	"$memc" data "$@" --dataset=test --raw -o "$scratch/test.raw"
	[ "$scratch/nearest" -nt "$experiments/nearest.c" ] ||
		${CC:-gcc} -O3 -o "$scratch/nearest" "$experiments/nearest.c"
	"$scratch/nearest" "$scratch/train.csv" "$scratch/train.labels" "$scratch/test.csv" >"$scratch/nearest.labels"
}

# What a network answers to the test points, a class a line, or "unknown". Networks of wide
# layers have fast code in C.
answers() { # NETWORK SPEC OPTION...
	local backend=()
	if [ "$1" = nearest ]; then
		cat "$scratch/nearest.labels"
		return
	fi
	[[ $1 != cells* && $1 != hyperplanes* ]] || backend=(--backend=c)
	"$memc" compile "${@:2}" --network="$1" -O1 "${backend[@]}" --emit=program -o "$scratch/network"
	"$scratch/network" --raw <"$scratch/test.raw"
}

# Of answers on standard input: right, wrong, unknown, and known but not the nearest point's.
tally() {
	paste -d, - "$scratch/test.labels" "$scratch/nearest.labels" | awk -F, '
		$1 == "unknown" { unknown++; next }
		{ if ($1 == $2) right++; else wrong++; other += $1 != $3 }
		END { print right + 0, wrong + 0, unknown + 0, other + 0 }'
}
