#!/bin/bash
# bench/lookup.sh: a query of the fused classifier beside the same table searched by code written by
# hand (bench/hand.c), on all stored points in random order; and what the table and its compilation take.
. "$(dirname "$0")/common.sh"

# The table and the projection of a fused module, for bench/hand.c. Keys have fewer than 53 bits.
extract() { # FILE.mir INPUTS
	awk -v keys="$work/keys" -v weights="$work/weights" -v inputs="$2" '
		/^  -?[0-9].*:/ {
			split($1, ends, /\.\.|:/)
			last = ends[2] == "" ? ends[1] : ends[2]
			for (key = ends[1]; key <= last; key++) printf "%.0f %d\n", key, $2 - 1 > keys
		}
		/^%[0-9a-z]* = (relu|affine) / {
			sign = 1
			for (i = 4; i <= NF; i++) {
				if ($i == "+" || $i == "-") { sign = $i == "-" ? -1 : 1; continue }
				term = $i
				if (sub(/^-/, "", term)) sign = -sign
				n = split(term, part, "*")
				if (term ~ /x/) {
					x = part[n]; sub(/x/, "", x)
					w[x] = sign * (n == 2 ? part[1] : 1)
				} else bias = sign * term
			}
			for (i = 0; i < inputs; i++) printf "%d\n", w[i] > weights
			printf "%.0f\n", bias > weights
		}' "$1"
}

times() { # single and batch of what was printed
	awk '{ printf "%s ", $2 } END { print "" }' <<<"$1"
}

row() { # NAME INPUTS ELEMENT SPEC DATASET [OPTION...]
	local name=$1 inputs=$2 element=$3 spec=$4 dataset=$5 flags ours members plain split points bytes
	shift 5
	rm -f "$work/keys" "$work/weights"
	"$memc" data "$spec" "$@" --dataset="$dataset" --raw -o "$work/rows"
	"$memc" compile "$spec" "$@" --emit=ir -O0 -o "$work/net.mir"
	"$memc" opt "$work/net.mir" -O2 -o "$work/fused.mir"
	"$memc" compile "$spec" "$@" -O2 --emit=c --prefix=net -o "$work/net.c"
	extract "$work/fused.mir" "$inputs"
	points=$(wc -l <"$work/keys")
	bytes=$(sed -n 's/^ \* tables *\([0-9]*\) bytes.*/\1/p' "$work/net.c")
	measure "${CC:-gcc}" -O2 -c "$work/net.c" -o "$work/net.o"
	local compile=$seconds kilo=$kib text
	text=$(size -A "$work/net.o" | awk '/^\.text/ { sum += $2 } END { print sum }')
	for flags in -O2 "-O3 -march=native"; do
		printf '#!/bin/sh\nexec %s "$@" %s\n' "${CC:-gcc}" "$flags" >"$work/cc" && chmod +x "$work/cc"
		CC="$work/cc" "$memc" compile "$spec" "$@" -O2 --backend=c --emit=program -o "$work/net"
		${CC:-gcc} $flags -DINPUTS="$inputs" -DELEMENT="$element" bench/hand.c -o "$work/hand"
		read -r ours ours_batch < <(times "$("$work/net" --raw --bench <"$work/rows")")
		read -r plain plain_batch < <(times "$("$work/hand" plain "$work/keys" "$work/weights" <"$work/rows")")
		read -r split split_batch < <(times "$("$work/hand" split "$work/keys" "$work/weights" <"$work/rows")")
		echo "| $name | $flags | $ours | $ours_batch | $plain | $plain_batch | $split | $split_batch |" \
			"$(calc %.2f "$ours_batch ? $ours / $ours_batch : 0") | $(calc %.2f "$bytes / $points") |" \
			"$compile | $(calc %.0f "$kilo / 1024") | $text |"
	done
}

machine
echo
echo '| points | flags | single, ns | batch, ns | by hand: plain single | batch | by hand: split single | batch | single / batch | bytes a point | gcc -O2 -c, s | its MiB | .text, bytes |'
echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
row "Fashion-MNIST, 60,000" 784 uint8_t examples/fashion.mem train
for n in 1000 10000 100000 1000000; do
	row "16 features, $n" 16 int16_t bench/cloud.mem cloud -D points=$n
done
