#!/bin/bash
# packages.sh LIST...: installs what is missing of the lists in tests/packages, saying
# which package and what for. Without apt-get or the right to use it, says what to install.
set -u
cd "$(dirname "$0")/../.." || exit 1

present() { # SIGN
	case $1 in
	command:*) command -v "${1#*:}" >/dev/null ;;
	header:*) echo "#include <${1#*:}>" | ${CC:-cc} -E -x c - >/dev/null 2>&1 ;;
	file:*) compgen -G "${1#*:}" >/dev/null ;;
	*)
		echo "tests/packages: '$1' is not a sign" >&2
		exit 1
		;;
	esac
}

# Sets missing (lines of the table) and names (their packages).
look() { # LIST...
	local list package sign what wanted=" $* "
	missing=() names=()
	while read -r list package sign what; do
		case $wanted in
		*" ${list%\?} "*) ;;
		*) continue ;;
		esac
		present "$sign" && continue
		missing+=("$list $package: $what")
		names+=("$package")
	done < <(grep -v '^ *\(#\|$\)' tests/packages)
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" \
		</dev/null >"$log" 2>&1
}

# What npm has, into a folder of the tree: no package here needs to run anything to be installed.
npm_install() { # NAME...
	local log
	log=$(mktemp)
	echo "packages: npm install $*"
	mkdir -p build/npm
	npm install --prefix build/npm --ignore-scripts --no-audit --no-fund "$@" </dev/null >"$log" 2>&1 ||
		cat "$log" >&2
	rm -f "$log"
}

look "$@"
[ ${#names[@]} = 0 ] && exit 0
for line in "${missing[@]}"; do
	echo "packages: ${line#* }"
done
modules=()
for i in "${!names[@]}"; do
	case ${names[i]} in
	npm:*) modules+=("${names[i]#npm:}") && unset "names[i]" ;;
	esac
done
[ ${#modules[@]} = 0 ] || ! command -v npm >/dev/null || npm_install "${modules[@]}"
if [ ${#names[@]} = 0 ]; then
	: # all that is missing is npm's
elif ! command -v apt-get >/dev/null; then
	echo "packages: no apt-get here: please install the equivalent of ${names[*]}" >&2
elif [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
	echo "packages: as root: apt-get install ${names[*]}" >&2
else
	log=$(mktemp)
	echo "packages: apt-get install ${names[*]}"
	apt update || cat "$log" >&2
	if ! apt install --no-install-recommends "${names[@]}"; then
		for name in "${names[@]}"; do # all but those that cannot be had
			apt install --no-install-recommends "$name" || cat "$log" >&2
		done
	fi
	rm -f "$log"
fi

look "$@"
status=0
for line in ${missing[@]+"${missing[@]}"}; do
	case $line in
	*\?\ *) echo "packages: still missing ${line#* }: its tests are skipped" >&2 ;;
	*)
		echo "packages: still missing ${line#* }" >&2
		status=1
		;;
	esac
done
exit $status
