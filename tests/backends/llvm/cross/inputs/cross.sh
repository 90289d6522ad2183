#!/bin/bash
# cross.sh TARGET FOLDER [NAME [OPTION...]]: objects of all cases of NAME (shapes) for a target, and
# check.c with them on that machine. They have no undefined symbols but those that the linker makes,
# no data that changes, and no relocation that a position would change. B is the build, whose
# tests share the sets.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=$1
script=
as=$target # of check.c
sets=$B/tests/tmp/cross-${3:-shapes}

# Who runs it; what only the linker makes.
case $target in
x86_64-*) run=qemu-x86_64 made= ;;
i386-*) run=qemu-i386 made=_GLOBAL_OFFSET_TABLE_ ;;
aarch64-*) run=qemu-aarch64 made= ;;
armv7-*) run=qemu-arm made= ;;
thumbv7m-* | thumbv6m-*)
	as=${target/v6m/v7m}
	run='qemu-system-arm -M mps2-an385 -display none -serial none -monitor none -chardev stdio,id=out'
	run="$run -semihosting-config enable=on,target=native,chardev=out -kernel" made= script="-T $here/cortex-m.ld"
	;;
riscv32-*) run=qemu-riscv32 made= ;;
riscv64-*) run=qemu-riscv64 made= ;;
s390x-*) run=qemu-s390x made= ;;
powerpc-*) run=qemu-ppc made= ;;
powerpc64le-*) run=qemu-ppc64le made=.TOC. ;;
aarch64_be-*) run=qemu-aarch64_be made= ;;
powerpc64-*) run=qemu-ppc64 made=.TOC. ;;
wasm32-*) run="node $here/check.mjs" made=__stack_pointer ;;
*) echo "cross.sh: no row for $target" >&2 && exit 2 ;;
esac

"$here/sets.sh" "${3:-shapes}" "$sets"
mkdir -p "$2"
cd "$2"
while read -r prefix _ network _ _ options; do
	memc compile "$sets/sets.mem" --network="$network" --prefix="$prefix" $options --emit=obj \
		--target="$target" "${@:4}" -o "$prefix.o"
done <"$sets/cases"
objects=$(sed 's/ .*/.o/' "$sets/cases")

llvm-nm-19 --undefined-only --print-file-name $objects | awk -v made=" $made " '
	index(made, " " $NF " ") == 0 { print "undefined in " $1 " " $NF; found = 1 }
	END { exit found }'

clang --target="$as" -std=c11 -O1 -Wall -Wextra -Werror -ffreestanding -nostdlibinc -fno-builtin \
	-fno-stack-protector -I "$sets" -c "$here/check.c" -o check.o
case $target in
wasm32-*) wasm-ld-19 --no-entry -o check check.o $objects ;;
*)
	llvm-size-19 -A $objects | awk '/^\.(data|bss)/ && $2 { print; found = 1 } END { exit found }'
	ld.lld-19 -shared -z text -o shared $objects
	ld.lld-19 $script -o check check.o $objects
	;;
esac
$run ./check
