# Sourced by the checks of the house. sources PATTERN...: the files of the tree (of git, if
# this is a clone) that match, one a line.
sources() {
	if [ -e .git ] && command -v git >/dev/null; then
		git ls-files --cached -- "$@" | while read -r file; do
			[ ! -e "$file" ] || echo "$file"
		done
	else
		local tests=() pattern
		for pattern; do
			tests+=(-o -path "./$pattern")
		done
		find . -path ./build -prune -o -type f \( "${tests[@]:1}" \) -print | sed 's|^\./||'
	fi
}
