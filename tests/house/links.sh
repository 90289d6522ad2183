#!/bin/bash
# links.sh ROOT: every link of the documents to a file of the tree leads to one, and every
# link to a heading to a heading; every document is in the index.
set -u
cd "$1" || exit 2
bad=0

# A heading's name in a link, as GitHub makes it.
anchors() {
	sed -nE 's/^#+ +//p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

for page in *.md docs/*.md bench/*.md examples/*/*.md; do
	[ -e "$page" ] || continue
	while IFS=: read -r line link; do
		case $link in http*) continue ;; esac
		file=${link%%#*} anchor=''
		[ "$file" = "$link" ] || anchor=${link#*#}
		target=$page
		[ -z "$file" ] || target=$(dirname "$page")/$file
		if [ ! -e "$target" ]; then
			echo "$page:$line: no $link" && bad=1
		elif [ "$anchor" ] && ! anchors "$target" | grep -qxF -- "$anchor"; then
			echo "$page:$line: no heading $anchor in $target" && bad=1
		fi
	done < <(awk '/^```/ { code = !code } !code { gsub(/`[^`]*`/, ""); print NR ":" $0 }' "$page" |
		awk '{ n = $0; sub(/:.*/, "", n); while (match($0, /\]\([^) ]+\)/)) {
			print n ":" substr($0, RSTART + 2, RLENGTH - 3); $0 = substr($0, RSTART + RLENGTH) } }')
done
for page in docs/*.md; do
	[ "$page" = docs/README.md ] || grep -qF "(${page#docs/})" docs/README.md ||
		{ echo "docs/README.md: no link to $page" && bad=1; }
done
exit $bad
