#!/bin/bash
# manual.sh MEMC PAGE: the commands and options of the manual page are those that memc's own
# help prints; the page's version is memc's.
set -u
memc=$1 page=$2

# "COMMAND OPTION" for every option, "COMMAND" for every command.
from_help() {
	local command option
	"$memc" help | sed -nE 's/^  ([a-z]+) .*/\1/p' | while read -r command; do
		echo "$command"
		"$memc" help "$command" | sed -nE 's/^  (--[a-z-]+|-[A-Za-z]+).*/\1/p' |
			while read -r option; do
				echo "$command $option"
			done
	done
}

from_page() {
	awk '
	/^\.Sh / { command = "" }
	/^\.Ss / { command = $2; print command }
	/^\.It Fl / && command { sub(/^\\/, "", $3); print command, "-" $3 }' "$page"
}

from_help | sort >"$TMPDIR/help"
from_page | sort >"$TMPDIR/page"
[ "$(wc -l <"$TMPDIR/help")" -gt 20 ] || exit 2
if ! diff "$TMPDIR/help" "$TMPDIR/page"; then
	echo "the first file is memc help, the second $page"
	exit 1
fi
version=$("$memc" --version)
grep -qxF ".Os \"$version\"" "$page" || { echo "$page is not of $version" && exit 1; }
