#!/bin/bash
# mir-to-c.sh FILE.mir TYPE SUFFIX: a literal network of integers as a program of C, each line of
# the .mir an expression of it. Reads packed rows; prints a class number a line, or "unknown".
# The suffix is that of the type's constants.
cat <<END
#include <stdint.h>
#include <stdio.h>
typedef $2 real;
#define R(constant) constant${3:+##$3}
static real relu(real s) { return s > 0 ? s : 0; }
static real v[1000000], x[10000];
static real net(void)
{
END
sed -n -E '
	s/ *;.*//
	s/%([0-9]+)/v[\1]/g
	s/(^|[^0-9a-f])x([0-9]+)/\1x[\2]/g
	s/0x[0-9a-f]+(p-?[0-9]+)?/&p0/g
	s/(p-?[0-9]+)p0/\1/g
	s/0x[0-9a-f]+p-?[0-9]+|[0-9]+\.[0-9]+/R(&)/g
	s/^ *(v\[[0-9]+\]) = relu (.*)/	\1 = relu(\2);/p
	s/^output (.*)/	return \1;/p' "$1"
cat <<END
}
int main(void)
{
	$(sed -n 's/^element //p' "$1")_t row[$(sed -n 's/^inputs \([0-9]*\) .*/\1/p' "$1")];
	while (fread(row, sizeof row, 1, stdin)) {
		for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
			x[i] = row[i];
		real y = net();
		if (y >= 1 && y <= $(grep -c '^class ' "$1") && y == (int)y)
			printf("%d\n", (int)y - 1);
		else
			puts("unknown");
	}
	return 0;
}
END
