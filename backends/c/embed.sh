#!/bin/sh
# embed.sh HEADER FILE...: prints a C file that defines, for each file, an array of its bytes
# and a closing zero, which the header declares: runtime/limb.h becomes embed_limb_h.
set -eu

echo "#include \"$1\""
shift
for file; do
	name=$(basename "$file" | sed 's/[^A-Za-z0-9]/_/g')
	echo
	echo "const char embed_$name[] = {"
	od -A n -v -t o1 "$file" | sed "s/ *\\([0-7][0-7][0-7]\\)/'\\\\\\1',/g"
	echo '0 };'
done
