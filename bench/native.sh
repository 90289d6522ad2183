#!/bin/bash
# bench/native.sh: a query of the fused classifier by LLVM's objects beside the C compiled by gcc, paired
# (bench/pair.c), for this machine and for all of its kind; the inner loop of the projection and its
# rate beside the best that the machine can do (bench/peak.c); and the time from the optimized IR to
# an object, beside writing C and compiling it.
. "$(dirname "$0")/common.sh"
cc=${CC:-gcc}

flags_of() { # LIBRARY: what it is compiled with
	case $1 in
	llvm-native) echo --cpu=native ;;
	gcc-native) echo -O3 -march=native ;;
	gcc) echo -O2 ;;
	esac
}

libraries() { # PREFIX OF FILES, IR
	local kind flags
	"$memc" compile "$2" --emit=c --prefix=net -o "$1.c"
	for kind in llvm-native llvm gcc-native gcc; do
		read -ra flags <<<"$(flags_of $kind)"
		if [[ $kind = llvm* ]]; then
			"$memc" compile "$2" --emit=obj --prefix=net "${flags[@]}" -o "$1-$kind.o"
			"$memc" compile "$2" --emit=asm --prefix=net "${flags[@]}" -o "$1-$kind.s"
		else
			"$cc" "${flags[@]}" -fPIC -c "$1.c" -o "$1-$kind.o"
		fi
		"$cc" -shared "$1-$kind.o" -o "$1-$kind.so"
	done
}

# The seconds of a phase, as --time says them: the least of five runs.
phase() { # PHASE COMMAND...
	local name=$1
	shift
	for _ in 1 2 3 4 5; do "$@" --time 2>&1 | awk -v name="$name" '$1 == name { print $2 }'; done | sort -n | head -n 1
}

speed() { # NAME INPUTS BYTES SPEC DATASET [OPTION...]
	local name=$1 inputs=$2 bytes=$3 spec=$4 dataset=$5 files parts i line object written
	local single=() batch=() hot=()
	shift 5
	files=$work/native-$inputs
	"$memc" data "$spec" "$@" --dataset="$dataset" --raw -o "$files.rows"
	"$memc" compile "$spec" "$@" -O2 --emit=ir -o "$files.mir"
	libraries "$files" "$files.mir"
	parts=$(grep -c 'net_weights[0-9]\[\] =' "$files.c")
	while read -r -a line; do
		single+=("${line[0]}") batch+=("${line[1]}") hot+=("${line[2]}")
	done < <("$work/pair" net "$inputs" "$bytes" "$files.rows" "$files"-{llvm-native,gcc-native,llvm,gcc}.so)
	for i in 0 2; do
		speeds+=("| $name | $([ $i = 0 ] && echo this machine || echo any) | ${single[i]} | ${single[i + 1]} |$(
			) $(calc %.2f "${single[i]} / ${single[i + 1]}") | ${batch[i]} | ${batch[i + 1]} |$(
			) $(calc %.2f "${batch[i]} / ${batch[i + 1]}") | ${hot[i]} | ${hot[i + 1]} |")
	done
	rates+=("| $name | $(calc %.1f "$inputs * $parts / ${hot[0]} * $cycle") |$(
		) $(calc %.1f "$inputs * $parts / ${hot[1]} * $cycle") | $peak |$(
		) $(calc %.1f "$inputs * $bytes / ${batch[0]} * $cycle") |$(
		) $(calc %.1f "$inputs * $bytes / ${batch[1]} * $cycle") | $memory |")
	object=$(phase obj "$memc" compile "$files.mir" --emit=obj -o "$files.o")
	written=$(phase c "$memc" compile "$files.mir" --emit=c -o "$files.c")
	measure3 "$cc" -O2 -c "$files.c" -o "$files.o"
	times+=("| $name | $object | $written | $seconds | $(calc %.2f "$object / ($written + $seconds)") |")
}

speeds=() rates=() times=()
"$cc" -O2 -o "$work/pair" bench/pair.c -ldl
"$cc" -O3 -march=native -o "$work/peak" bench/peak.c
read -r cycle peak memory < <("$work/peak")
machine
speed "Fashion-MNIST, 60,000" 784 1 examples/fashion.mem train
speed "16 features, 100,000" 16 2 examples/uniform.mem points -D n=100000
echo
echo '| points | machine code for | LLVM, single, ns | gcc | LLVM / gcc | LLVM, batch, ns | gcc | LLVM / gcc | LLVM, in cache, ns | gcc |'
echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
printf '%s\n' "${speeds[@]}"
echo
echo '| points | multiply-adds a cycle, in cache: LLVM | gcc | at best | bytes of rows a cycle, batch: LLVM | gcc | memory at best |'
echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: |'
printf '%s\n' "${rates[@]}"
echo
echo '| points | optimized IR to object, s | to C, s | gcc -O2 -c, s | object / C |'
echo '| --- | ---: | ---: | ---: | ---: |'
printf '%s\n' "${times[@]}"
echo
echo 'The inner loop of a query of Fashion-MNIST, for this machine:'
echo
awk '/^net_classify:/ { inside = 1 } inside && /^\.L.*project/ { loop = 1 } loop && !/^[ \t]*[#\/]/ { sub(/#.*/, ""); print "   " $0 }
	loop && /^\tj/ { exit }' "$work/native-784-llvm-native.s" | expand
