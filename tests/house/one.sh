#!/bin/bash
# one.sh TEST: runs one test for tests/run, which sets the environment. Leaves the line
# "passed", "failed WHY" or "skipped WHY" in the test's folder, and prints what failed.
set -u
test=$1
name=${test#tests/}
home=$B/tests/tmp/$name
mkdir -p "$home/cwd" || exit
out=$home/output
: >"$out"
limit=300
[ "${name#full/}" = "$name" ] || limit=3600

# Programs of the test start in a folder of its own that shows the tree.
ln -s "$ROOT"/[!.]* "$home/cwd"
rm -f "$home/cwd/build"
cd "$home/cwd" || exit
export TMPDIR=$home/tmp HOME=$home
mkdir -p "$TMPDIR"

# A sanitizer's report fails the test whatever becomes of the exit code.
sanitizer=log_path=$home/sanitizer:abort_on_error=1:exitcode=99
export ASAN_OPTIONS=$sanitizer:detect_stack_use_after_return=1:allocator_may_return_null=1
export UBSAN_OPTIONS=$sanitizer:print_stacktrace=1 LSAN_OPTIONS=exitcode=99

# A coverage build writes what it reached; %m keeps programs apart, locks do the rest.
export LLVM_PROFILE_FILE=$B/profile/%4m.profraw

# The user and system time of what `times` wrote of this shell and its children, in seconds.
processor() { # FILE
	tr ms '  ' <"$1" | awk '{ sum += 60 * ($1 + $3) + $2 + $4 } END { printf "%.1f", sum }'
}

finish() { # RESULT [WHY]
	local reports=("$home"/sanitizer.*)
	if [ -e "${reports[0]}" ]; then
		cat "${reports[@]}" >>"$out"
		set -- failed 'a sanitizer reports an error'
	fi
	if [ "$1" = failed ]; then
		{
			echo "--- $test"
			[ "${command-}" ] && echo "\$ $command"
			tail -c 6000 "$out"
		} >"$home/report"
		cat "$home/report"
	elif [ "${VERBOSE-}" ]; then
		times >"$home/times" # here: a subshell has none of its own
		echo "$1: $test (${SECONDS} s, $(processor "$home/times") s of a processor)"
	fi
	[ "$1 ${name%%/*}" != 'passed full' ] || tail -n 1 "$out" # its figures
	echo "$*" >"$home/result"
	[ "$1" != passed ] || rm -rf "$home"/cwd "$home"/t*
	exit 0
}

# Appends the command's output; its status is the command's, 124 for out of time.
limited() { # COMMAND...
	timeout -k 5 $((limit > SECONDS ? limit - SECONDS : 1)) "$@" >>"$out" 2>&1 </dev/null
}

ended() { # STATUS
	case $1 in
	124 | 137) finish failed "took more than $limit s" ;;
	*) finish failed "exit code $1" ;;
	esac
}

# A cmocka binary, which must have run something.
unit() {
	command=$B/tests/${name%.c}
	limited "$command" || ended $?
	grep -q 'PASSED  \] [1-9]' "$out" && finish passed
	grep -q 'SKIPPED \] [1-9]' "$out" && finish skipped 'by the test itself'
	finish failed 'it ran no test'
}

# A fuzzer's entry point on what the fuzzers and we thought of so far.
corpus() {
	local name=${name#fuzz/}
	command="$B/tests/fuzz/${name%.c} $ROOT/tests/fuzz/corpus/${name%.c}"
	limited $command || ended $?
	finish passed
}

# The RUN lines' commands, one a line; a line that ends in \ goes on in the next RUN line.
commands() {
	sed -nE "s!$RUN_LINE!!p" "$ROOT/$test" | sed -E 's!([[:space:]]*\*/)?[[:space:]]*$!!' |
		sed -e ':a' -e '/\\$/N; s/\\\n/ /; ta'
}

substitute() { # COMMAND
	local c=${1//%%/$'\x01'}
	c=${c//%s/$ROOT/$test}
	c=${c//%S/$(dirname "$ROOT/$test")}
	c=${c//%R/$ROOT}
	c=${c//%t/$home/t}
	echo "${c//$'\x01'/%}"
}

# The words behind "KEY:" in a comment of the test.
words() { # KEY
	sed -nE "s!^[[:space:]]*[#;/*%]*[[:space:]]*$1:[[:space:]]!!p" "$ROOT/$test"
}

# "REQUIRES: tool..." skips the test where one is missing, "EXCEPT: variant..." in a build
# that it would take too long, asan also for torture. The word llvm stands for a memc with the LLVM back end, one with
# a slash for a file, as it is or below the root.
requires() {
	local word
	for word in $(words REQUIRES); do
		if [ "$word" = llvm ]; then
			[ "${LLVM:-1}" != 0 ] || finish skipped 'not in a build without LLVM'
		elif [ "${word#*/}" != "$word" ]; then
			(cd "$ROOT" && [ -e "$word" ]) || finish skipped "no $word here"
		else
			command -v "$word" >/dev/null || finish skipped "no $word here"
		fi
	done
	for word in $(words EXCEPT); do
		[ "$word ${LLVM:-1}" != 'llvm 1' ] || finish skipped 'not in a build with LLVM'
		[ "$word" != "$VARIANT" ] || finish skipped "not in a $word build"
		[ "$word $VARIANT" != 'asan torture' ] || finish skipped 'not in a torture build'
	done
}

# What came out is what TEST.expected says; paths of this machine are left out of both.
compare() {
	local expected=$ROOT/$test.expected
	[ -e "$expected" ] || return
	sed -e "s|$home/t|%t|g" -e "s|$ROOT/||g" "$out" >"$home/actual"
	if [ "$UPDATE" ]; then
		cmp -s "$home/actual" "$expected" || cp "$home/actual" "$expected"
	elif ! diff -u "$expected" "$home/actual" >"$home/difference"; then
		command='' && mv "$home/difference" "$out"
		finish failed "its output differs from $test.expected (tests/run -u accepts it)"
	fi
}

shell() {
	local lines line
	mapfile -t lines < <(commands)
	[ ${#lines[@]} -gt 0 ] || finish failed 'no RUN line: a test that cannot fail'
	requires
	for line in "${lines[@]}"; do
		command=$(substitute "$line")
		limited bash -o pipefail -c "$command" || ended $?
	done
	compare
	finish passed
}

case $name in
fuzz/*.c) corpus ;;
*.c) if grep -q cmocka_run_group_tests "$ROOT/$test"; then unit; else shell; fi ;;
*) shell ;;
esac
