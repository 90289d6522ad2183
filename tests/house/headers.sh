#!/bin/bash
# headers.sh BUILD: every header compiles alone, by gcc and by clang; those of the runtime
# as the C99 they promise. LLVM=0 leaves out those that need LLVM.
set -u
build=$(cd "$1" && pwd) || exit 2
cd "$(dirname "$0")/../.." || exit 2
. tests/house/sources.sh

mapfile -t files < <(sources '*.h' | grep -v '^tests/.*/inputs/')
[ ${#files[@]} -gt 0 ] || exit 2
failed=0
llvm=$(${LLVM_CONFIG:-llvm-config-19} --includedir 2>/dev/null)
for file in "${files[@]}"; do
	case $file in runtime/*) std=c99 ;; *) std=gnu17 ;; esac
	[ "${LLVM:-1}" = 0 ] && grep -q 'llvm-c/\|backends/llvm/gen.h\|backends/llvm/target.h' "$file" && continue
	for cc in gcc clang; do
		# As the only include of a file, so that what it lacks nobody else brings.
		echo "#include \"$file\"" |
			$cc -std=$std -fsyntax-only -Wall -Wextra -Wundef -Wno-unused-function -Werror -I. -I"$build" \
				${llvm:+-isystem "$llvm"} \
				-x c - || failed=1
	done
done
[ $failed = 0 ] && echo "check-headers: ${#files[@]} headers, gcc and clang"
exit $failed
