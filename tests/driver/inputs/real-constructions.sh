#!/bin/bash
# Every construction on real labels: by the interpreter (the expectation), by code of -O0 and -O2 in
# process, and by emitted C. Works in the folder it is called in.
set -eu -o pipefail

constructions=$(memc help constructions | sed -n 's/^| \[\([a-z_]*\)\](#.*/\1/p')
for c in $constructions; do
	cat >real.mem <<-END
		dataset s {
		    generate waves { n = 60; turns = 1; scale = 50; }
		    labels real precision 2^-6;
		}
		network s { memorize s; construct $c; }
		expect s { memorized == N; C > 100; }
	END
	for level in 0 2; do
		memc run real.mem -O$level >answers
		grep -q '^60 rows: 60 within 0.015625 of their label, 0 beyond' answers || {
			echo "$c -O$level"
			exit 1
		}
	done
	memc compile real.mem --backend=c --emit=program -o real
	memc data real.mem --labels -o labels
	memc data real.mem | ./real | cmp - labels
	echo "$c"
done
