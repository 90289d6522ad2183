#!/bin/bash
# fashion.sh EXTRACTOR LEVEL FOLDER: all 60,000 images that examples/fashion.mem stores, through
# the compiled program, each answer compared with its label; then the 10,000 images of the
# test set, of which 99.9 % must be unknown.
set -eu -o pipefail
extractor=$1 level=$2 to=$3
data=/usr/share/datasets/fashion-mnist
mkdir -p "$to"
spec=$ROOT/examples/fashion.mem
memc compile "$spec" -D extractor="$extractor" "-O$level" --emit=program -o "$to/fashion"

# Rows in parts, one a core at a time.
answers() { # FILE
	split -b $((784 * 1000)) -d -a 3 "$1" "$to/part."
	ls "$to"/part.* | xargs -P "$(nproc)" -I {} sh -c "'$to/fashion' --raw <{} >{}.answers"
	cat "$to"/part.*.answers
	rm "$to"/part.*
}

memc data "$spec" --dataset=train --raw >"$to/stored"
memc data "$spec" --dataset=train --labels >"$to/labels"
answers "$to/stored" >"$to/stored.answers"
gzip -dc "$data/t10k-images-idx3-ubyte.gz" | tail -c +17 >"$to/new"
answers "$to/new" >"$to/new.answers"

right=$(paste -d, "$to/labels" "$to/stored.answers" | awk -F, '$1 == $2' | wc -l)
all=$(wc -l <"$to/labels")
unknown=$(grep -cx unknown "$to/new.answers")
echo "fashion, $extractor, -O$level: $right of $all right; $unknown of $(wc -l <"$to/new.answers") new ones unknown"
[ "$all" = 60000 ] && [ "$right" = 60000 ] && [ "$unknown" -ge 9990 ]
