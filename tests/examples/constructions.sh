#!/bin/bash
# constructions.sh COMMAND SET...: every construction that memc knows on each of the data sets of
# inputs/sets. COMMAND is run or verify: the rows through native code, or all engines. What a
# construction cannot apply to is an error that says what would work; any other is a failure.
set -u
command=$1 here=$(dirname "$0") bad=0 tried=0
[ "$command$FULL" = verify ] && quick=--quick || quick=
shift

spec() { # SET CONSTRUCTION
	echo "param root = \"$ROOT\";"
	cat "$here/inputs/sets/$1.mem"
	echo "network it { memorize set; construct $2; }"
	echo "expect it { memorized == N; }"
}

good() { # whether the output of the command says that all is right
	case $command in
	run) grep -Eq '^([0-9]+) rows: \1 right, 0 wrong, 0 unknown' "$1" ;;
	verify) tail -n 1 "$1" | grep -Eq '^verified: [0-9]+ points, [0-9]+ probes, 0 differences$' ;;
	*) false ;;
	esac
}

for construction in $(memc help constructions | sed -n 's/^## //p'); do
	for set in "$@"; do
		name=$TMPDIR/$set-$construction
		tried=$((tried + 1))
		spec "$set" "$construction" >"$name.mem"
		memc "$command" "$name.mem" $quick >"$name.out" 2>"$name.err" && good "$name.out" && continue
		echo "$construction on $set:"
		cat "$name.out" "$name.err"
		bad=$((bad + 1))
	done
done
echo "$tried networks, $bad of them bad"
[ "$tried" -gt 0 ] && [ "$bad" = 0 ]
