#!/bin/bash
# layers.sh [TREE]: who may include whom: driver -> frontend, backends -> ir -> support; runtime
# stands alone, and backends know it; libraries stay in the folder that wraps them.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
cd "${1:-$here/../..}" || exit 2
. "$here/sources.sh"

# FILE:LINE:"NAME" or FILE:LINE:<NAME> of every include.
includes() {
	sources '*.c' '*.h' '*.y' '*.l' | grep -v '^tests/' | tr '\n' '\0' |
		xargs -0 grep -HnoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<][^">]*[">]' |
		sed -E 's|:[[:space:]]*#[[:space:]]*include[[:space:]]*|:|'
}

includes | awk -F: '
BEGIN {
	# folder: what its files may include
	may["support"] = "support"
	may["ir"] = "support ir"
	may["frontend"] = "support ir frontend"
	may["backends"] = "support ir backends runtime"
	may["driver"] = "support ir frontend backends driver"
	may["runtime"] = "runtime"
	# library header: the folders that may include it
	only["llvm-c/"] = "backends/llvm"
	only["mpfr.h"] = "support ir frontend"
	only["zlib.h"] = "frontend/data"
	only["csv.h"] = "frontend/data"
	only["xxhash.h"] = "support frontend"
	only["nettle/"] = "support frontend driver"
	only["jansson.h"] = "backends/report"
	only["protobuf-c/"] = "backends/onnx"
	only["cmocka.h"] = "tests"
}
function part(path) { split(path, names, "/"); return names[1] == "backends" ? names[2] : "" }
function wrong(text) { print $1 ":" $2 ": " text; bad = 1 }
{
	count++
	folder = $1; sub(/\/.*/, "", folder)
	name = substr($3, 2, length($3) - 2)
	if ($3 ~ /^</) {
		for (library in only) {
			if (index(name, library) != 1) continue
			good = 0
			n = split(only[library], list, " ")
			for (i = 1; i <= n; i++) if (index($1, list[i] "/") == 1) good = 1
			if (!good) wrong("<" name "> is for " only[library] " only")
		}
		next
	}
	other = name; sub(/\/.*/, "", other)
	if (!(folder in may)) { wrong("no rule for the folder " folder); next }
	if (index(name, "/") == 0) {
		if (folder != "runtime") wrong("\"" name "\": includes start at the root of the tree")
	} else if (index(" " may[folder] " ", " " other " ") == 0) {
		wrong(folder " must not include " name)
	} else if (other == "backends") {
		# back ends share the plan, and know nothing of each other
		here = part($1); there = part(name)
		if (folder == "backends" && here != there && there != "plan")
			wrong("backends/" here " must not include " name)
		if (here != there && there == "llvm" && name != "backends/llvm/llvm.h")
			wrong(name " is for backends/llvm only")
	}
}
END {
	if (!count) { print "no includes found"; bad = 1 }
	if (!bad) print "check-layers: " count " includes"
	exit bad
}'
