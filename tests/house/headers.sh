#!/bin/bash
# headers.sh BUILD: every header compiles alone, by gcc and by clang.
set -u
build=$(cd "$1" && pwd) || exit 2
cd "$(dirname "$0")/../.." || exit 2
. tests/house/sources.sh

mapfile -t files < <(sources '*.h' | grep -v '^tests/.*/inputs/')
[ ${#files[@]} -gt 0 ] || exit 2
failed=0
for file in "${files[@]}"; do
	for cc in gcc clang; do
		# As the only include of a file, so that what it lacks nobody else brings.
		echo "#include \"$file\"" |
			$cc -std=gnu17 -fsyntax-only -Wall -Wextra -Wundef -Werror -I. -I"$build" \
				-x c - || failed=1
	done
done
[ $failed = 0 ] && echo "check-headers: ${#files[@]} headers, gcc and clang"
exit $failed
