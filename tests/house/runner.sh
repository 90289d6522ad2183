#!/bin/bash
# runner.sh ROOT FOLDER: makes a tree with tests that pass and fail in every way.
set -eu
root=$1 to=$2
mkdir -p "$to/tests/house" "$to/tests/full" "$to/tests/inputs" "$to/build/release"
cp "$root/tests/run" "$to/tests"
cp "$root/tests/house/one.sh" "$to/tests/house"
cd "$to/tests"
run=RUN # so that this file is not a test

echo "# $run: test %% = % && test -e %s && test -d %S && touch %t" >good.test
printf '%s\n' "; $run: cat %s | \\" "; $run: grep -q 'two lines'" '; two lines' >good.mir
printf '%s\n' "# $run: true" "# $run: exit 3" "# $run: touch %S/never" >second.test
echo "# $run: (exit 5) | cat" >pipe.test
echo "# $run: kill -ABRT \$\$" >crash.test
echo 'param x = 1;' >empty.mem
echo 'param x = 1;' >inputs/material.mem
echo "# $run: no-such-tool" >tool.test
echo '# REQUIRES: no-such-tool' >>tool.test
printf '%s\n' "# REQUIRES: /bin/sh tests/good.test" "# REQUIRES: tests/no-such" "# $run: false" >file.test
echo "# $run: echo at %s and %t.x" >golden.test
echo 'at tests/golden.test and %t.y' >golden.test.expected
echo "# $run: echo same" >same.test
echo same >same.test.expected
echo "# $run: true" >full/long.test
