#!/bin/bash
# llvm.sh LLVM LLVM_CONFIG: whether the LLVM that the build is to take is there and is the right
# one; says what to do if not.
set -u
[ "$1" = 0 ] && exit 0
if ! version=$("$2" --version 2>/dev/null); then
	cat >&2 <<-END
		memc: there is no $2, so no LLVM 19. On Debian: make packages, or apt-get install
		llvm-19-dev. LLVM_CONFIG=PATH names another llvm-config; make LLVM=0 goes without.
	END
	exit 1
fi
if [ "${version%%.*}" != 19 ]; then
	echo "memc: $2 is of LLVM $version; memc takes LLVM 19 (LLVM_CONFIG=PATH, or make LLVM=0)" >&2
	exit 1
fi
if ! [ -e "$("$2" --includedir)/llvm-c/Core.h" ]; then
	echo "memc: $2 is there, but not llvm-c/Core.h: apt-get install llvm-19-dev, or make LLVM=0" >&2
	exit 1
fi
