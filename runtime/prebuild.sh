#!/bin/sh
# prebuild.sh CC FOLDER: compiles the main program of classifiers, before any is known, to
# relocatable files in FOLDER that lack only memc_program:
#
#   hosted.o    for a C compiler, which adds its C library
#   static.o    with all that it needs of a static C library, for a linker alone; empty if
#               there is no such library
#   machine     the machine and system that they are for
#
# The static library is musl's if that is installed: it gives programs of 50 KB, and its
# license (MIT) asks for its notice only. Else it is the system's, whose programs have 840 KB.
set -eu
cc=$1 to=$2
here=$(dirname "$0")
machine=$($cc -dumpmachine)
musl=${machine%%-*}-linux-musl
mkdir -p "$to"
trap 'rm -f "$to"/*.part.o' EXIT

# Position independent, and in sections of their own so that a linker drops what is unused.
compile() { # NAME FLAGS...
	name=$1 parts=
	shift
	for source in "$here"/*.c; do
		part=$to/$name-$(basename "$source" .c).part.o
		$cc -std=c99 -D_POSIX_C_SOURCE=200809L -O2 -fPIE -ffunction-sections \
			-fdata-sections "$@" -I"$here/.." -c -o "$part" "$source"
		parts="$parts $part"
	done
}

# One file of many, where only the entry is visible: no name of a network can be in its way.
join() { # OUTPUT ENTRY FILE...
	output=$1 entry=$2
	shift 2
	$cc -r -nostdlib -o "$output.part.o" "$@"
	objcopy --strip-unneeded --keep-global-symbol="$entry" "$output.part.o" "$output"
}

file() { # NAME: a file of the compiler or of the system's C library
	$cc -print-file-name="$1"
}

compile hosted
join "$to/hosted.o" main $parts
library=/usr/lib/$musl
if [ -e "$library/libc.a" ]; then
	compile static -nostdinc -isystem "/usr/include/$musl"
	join "$to/static.o" _start "$library/rcrt1.o" $parts "$library/libc.a" "$(file libgcc.a)"
elif [ -e "$(file libc.a)" ] && [ -e "$(file rcrt1.o)" ]; then
	join "$to/static.o" _start "$(file rcrt1.o)" "$(file crti.o)" "$(file crtbeginS.o)" $parts \
		-Wl,--start-group "$(file libc.a)" "$(file libgcc.a)" "$(file libgcc_eh.a)" \
		-Wl,--end-group "$(file crtendS.o)" "$(file crtn.o)"
else
	: >"$to/static.o"
fi
printf %s "$machine" >"$to/machine"
