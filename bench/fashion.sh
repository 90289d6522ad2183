#!/bin/bash
# bench/fashion.sh: examples/fashion.mem with both extractors and at every level: time and memory
# from the spec to C, beside what unpacking its two files takes; time to compile the C; bytes a
# point; time of a query, on all images at -O2 and on 500 of them below.
. "$(dirname "$0")/common.sh"
data=/usr/share/datasets/fashion-mnist
unpacked=$((60000 * 785))

machine
measure3 gzip -dc "$data/train-images-idx3-ubyte.gz" "$data/train-labels-idx1-ubyte.gz"
gzip_seconds=$seconds
echo
echo "gzip -dc of the two files: $gzip_seconds s; unpacked $(calc %.1f "$unpacked / 1e6") MB"
echo
echo '| extractor | level | spec to C, s | times gzip | MB | times the data | C file, MB | gcc -O2 -c, s | its MB | bytes a point | single, ns | batch, ns |'
echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
"$memc" data examples/fashion.mem --dataset=train --raw -o "$work/train"
head -c $((500 * 784)) "$work/train" >"$work/rows"
for run in "tent 0" "tent 1" "tent 2" "peel 0" "peel 1" "peel 2"; do
	read -r extractor level <<<"$run"
	rows=$work/rows
	[ "$level" = 2 ] && rows=$work/train
	folder=$work/$extractor
	mkdir -p "$folder"
	spec=(examples/fashion.mem -D extractor="$extractor" "-O$level")
	measure3 "$memc" compile "${spec[@]}" --emit=c -o "$folder/fashion.c"
	compile=$seconds kilo=$kib
	measure3 gcc -O2 -c "$folder/fashion.c" -o "$folder/fashion.o"
	rodata=$(size -A "$folder/fashion.o" | awk '/^\.rodata/ { sum += $2 } END { print sum + 0 }')
	"$memc" compile "${spec[@]}" --backend=c --emit=program -o "$folder/fashion"
	bench=$("$folder/fashion" --raw --bench <"$rows")
	echo "| $extractor | -O$level | $compile | $(calc %.2f "$compile / $gzip_seconds") |" \
		"$(calc %.0f "$kilo * 1024 / 1e6") | $(calc %.2f "$kilo * 1024 / $unpacked") |" \
		"$(calc %.2f "$(wc -c <"$folder/fashion.c") / 1e6") |" \
		"$seconds | $(calc %.0f "$kib * 1024 / 1e6") | $(calc %.2f "$rodata / 60000") |" \
		"$(awk '$1 == "single" { printf "%.0f", $2 }' <<<"$bench") |" \
		"$(awk '$1 == "batch" { printf "%.0f", $2 }' <<<"$bench") |"
done
