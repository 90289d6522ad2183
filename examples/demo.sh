#!/bin/bash
# make demo: compiles examples/fashion.mem - 60,000 images that memc stores in one network -
# and asks the classifier for images that are stored and for images that are not.
set -eu -o pipefail
cd "$(dirname "$0")/.."
memc=${BUILD:-build}/${VARIANT:-release}/memc
to=${BUILD:-build}/demo
stored=2000 new=2000
mkdir -p "$to"

say() {
	printf '\n%s\n' "$*"
}
shown() { # COMMAND...: prints it, then runs it
	printf '$ %s\n' "$*"
	"$@"
}

say "1. The spec: a data set, a network, what we expect of it."
shown cat examples/fashion.mem

say "2. From the spec to a program: loads the images, builds the exact network, makes machine code, links it."
start=$EPOCHREALTIME
shown "$memc" compile examples/fashion.mem --emit=program -o "$to/fashion"
printf '   %.1f s; %s bytes\n' "$(echo "$start $EPOCHREALTIME" | awk '{ print $2 - $1 }')" "$(wc -c <"$to/fashion")"

say "3. What was built."
shown "$memc" inspect examples/fashion.mem

say "4. $stored of the stored images, as raw bytes, through the program."
shown "$memc" data examples/fashion.mem --dataset=train --raw -o "$to/train.raw"
shown "$memc" data examples/fashion.mem --dataset=train --labels -o "$to/train.labels"
echo "\$ head -c $((stored * 784)) $to/train.raw >$to/stored.raw"
head -c $((stored * 784)) "$to/train.raw" >"$to/stored.raw"
head -n $stored "$to/train.labels" >"$to/stored.labels"
echo "\$ $to/fashion --raw <$to/stored.raw >$to/stored.answers"
"$to/fashion" --raw <"$to/stored.raw" >"$to/stored.answers"
echo '   label and answer of the first ten:'
paste -d, "$to/stored.labels" "$to/stored.answers" | sed '11,$d; s/^/   /; s/,/, /'
right=$(paste -d, "$to/stored.labels" "$to/stored.answers" | awk -F, '$1 == $2' | wc -l)
echo "   $right of $stored right"

say "5. $new images of the test set, which the network has never seen."
echo "\$ gzip -dc /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz | tail -c +17 | head -c $((new * 784)) >$to/new.raw"
gzip -dc /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz >"$to/t10k"
tail -c +17 "$to/t10k" | head -c $((new * 784)) >"$to/new.raw" || true # head ends first
echo "\$ $to/fashion --raw <$to/new.raw >$to/new.answers"
"$to/fashion" --raw <"$to/new.raw" >"$to/new.answers"
unknown=$(grep -cx unknown "$to/new.answers" || true)
echo "   $unknown of $new unknown"

say "demo: $right of $stored stored images right, $unknown of $new new images unknown"
[ "$right" = "$stored" ] && [ "$unknown" -ge $((new * 999 / 1000)) ]
