#!/bin/bash
# format.sh: every C file is as clang-format leaves it; names those that are not.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/house/sources.sh

mapfile -t files < <(sources '*.c' '*.h')
[ ${#files[@]} -gt 0 ] || exit 2
bad=$(clang-format --dry-run -Werror "${files[@]}" 2>&1 | sed -n 's/^\([^ :]*\):[0-9]*:.*error:.*/\1/p' | sort -u)
if [ "$bad" ]; then
	echo "check-format: clang-format -i $(echo $bad)"
	exit 1
fi
clang-format --dry-run -Werror "${files[@]}" || exit 1
echo "check-format: ${#files[@]} files"
