#!/bin/bash
# bench/dense.sh: a query of networks that are rows and gates by LLVM's objects beside the C compiled by
# gcc, and beside plain loops over all points for the nearest one (bench/nearest.c), in paired runs
# (bench/pair.c), for this machine.
. "$(dirname "$0")/common.sh"
cc=${CC:-gcc}
spec=bench/dense.mem

nearest() { # SET INPUTS NUMBER SUM
	"$cc" -O3 -march=native -ffast-math -DNUMBER="$3" -DSUM="$4" -DINPUTS="$2" -DPOINTS="$(wc -l <"$work/$1.classes")" \
		-DROWS="\"$work/$1.rows\"" -DCLASSES="\"$work/$1.classes\"" -shared -fPIC bench/nearest.c -o "$work/$1-$4.so"
}

points() { # SET INPUTS
	"$memc" data "$spec" --dataset="$1" --raw -o "$work/$1.rows"
	"$memc" data "$spec" --dataset="$1" --labels >"$work/$1.labels"
	# classes are numbered in the order of their names
	sort -u "$work/$1.labels" | awk 'NR == FNR { class[$0] = NR - 1; next } { print class[$0] }' - "$work/$1.labels" \
		>"$work/$1.classes"
	nearest "$1" "$2" uint8_t int32_t
	nearest "$1" "$2" float float
}

speed() { # SET INPUTS CONSTRUCTION
	local name=$work/$1-$3 line single=() batch=() i=0
	"$memc" compile "$spec" --network="$1_$3" -O2 --emit=ir -o "$name.mir"
	"$memc" compile "$name.mir" --emit=c --prefix=net -o "$name.c"
	"$memc" compile "$name.mir" --emit=obj --prefix=net --cpu=native -o "$name.o"
	"$cc" -shared "$name.o" -o "$name-llvm.so"
	"$cc" -O3 -march=native -fPIC -shared "$name.c" -o "$name-gcc.so"
	while read -r -a line; do
		single[i]=${line[0]} batch[i++]=${line[1]}
	done < <("$work/pair-short" net "$2" 1 "$work/$1.rows" "$name"-{llvm,gcc}.so "$work/$1"-{int32_t,float}.so)
	echo "| $1 | $3 |$(
		) $(calc %.1f "${single[0]} / 1000") | $(calc %.2f "${single[0]} / ${single[1]}") |$(
		) $(calc %.2f "${single[0]} / ${single[2]}") | $(calc %.2f "${single[0]} / ${single[3]}") |$(
		) $(calc %.0f "1000000000 / ${single[0]}") | $(calc %.0f "1000000000 / ${batch[0]}") |$(
		) $(calc %.2f "${batch[0]} / ${batch[1]}") |"
}

"$cc" -O2 -DPASSES=7 -DBYTES=1 -o "$work/pair-short" bench/pair.c -ldl
machine
echo
echo '| points | construction | LLVM, single, us | LLVM / gcc | LLVM / loop of integers | LLVM / loop of floats |' \
	'LLVM, single, rows/s | LLVM, batch, rows/s | LLVM / gcc, batch |'
echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
points digits 64
points fashion 784
speed digits 64 cells
speed digits 64 hyperplanes
speed fashion 784 cells
speed fashion 784 cover
speed fashion 784 hyperplanes
