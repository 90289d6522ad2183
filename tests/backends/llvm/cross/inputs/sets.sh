#!/bin/bash
# sets.sh NAME FOLDER: what the checks of all machines have in common: the first points of each set,
# probes and their classes by the exact interpreter, headers, and sets.h with all of it for check.c.
#
# NAME.rows has a data set a line, what its features are and a step of them (probes.py); NAME.cases an
# object a line: prefix, data set, network, points and probes that are checked, and options of memc.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=$1
mkdir -p "$2"
exec 9>"$2/lock"
flock 9
[ ! -e "$2/done" ] || exit 0
cd "$2"

# Decimals in four columns, and three classes.
awk 'BEGIN {
	for (s = i = 1; i <= 1000; i++) {
		for (j = 0; j < 4; j++) {
			s = (s * 69069 + 1) % 4294967296
			printf "%.2f,", s / 4294967296 * 20 - 10
		}
		print "c" i % 3
	}
}' >measures.csv
cp "$here/$name.cases" cases
cp "$here/$name.mem" sets.mem 2>/dev/null || cp "$here/../../../../../examples/$name.mem" sets.mem

rows() { # SET NETWORK UNIT OVER TYPE
	memc data sets.mem --dataset="$1" --csv | sed -n 1,1000p >"$1.points"
	python3 "$here/probes.py" "$3" "$4" <"$1.points" >"$1.probes"
	{
		memc data sets.mem --dataset="$1" --labels | sed -n 1,1000p
		memc run sets.mem --network="$2" --data=- <"$1.probes"
	} >"$1.want"
	echo "static const $5 $1_rows[][$(head -n 1 "$1.points" | tr -cd , | wc -c) + 1] = {"
	sed 's/.*/{&},/' "$1.points" "$1.probes"
	echo "};"
	echo "static const char *const $1_want[] = {"
	sed 's/.*/"&",/' "$1.want"
	echo "};"
}

{
	echo "#define nan __builtin_nanf(\"\")"
	echo "#define inf __builtin_inff()"
	echo "#include <stdint.h>"
	while read -r set network unit over type; do
		rows "$set" "$network" "$unit" "$over" "$type"
	done <"$here/$name.rows"
	while read -r prefix set network _ _ options; do
		memc compile sets.mem --network="$network" --prefix="$prefix" $options --emit=c -o "$prefix.c"
		echo "#define ${prefix^^}_SELF_CHECK"
		echo "#include \"$prefix.h\""
	done <"cases"
	echo "#define SETS(X) \\"
	while read -r prefix set _ points probes options; do
		echo "X($prefix, ${prefix^^}, $set, $points, $(wc -l <"$set.points"), $probes) \\"
	done <"cases"
	echo
} >sets.h
touch done
