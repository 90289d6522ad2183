/*
 * The class of the nearest of the stored points by a plain loop, to put beside networks of
 *cells and covers: a library like a classifier's, of features of a byte.
 *
 *	gcc -O3 -march=native -DNUMBER=uint8_t -DSUM=int32_t -DINPUTS=784 -DPOINTS=1000 \
 *		-DROWS='"rows"' -DCLASSES='"classes"' -shared -fPIC nearest.c -o nearest.so
 *
 * ROWS is a file of the points, CLASSES one of the class of each in decimal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static NUMBER points[POINTS][INPUTS] __attribute__((aligned(64)));
static SUM squares[POINTS];
static int classes[POINTS];

static SUM dot(const NUMBER *a, const NUMBER *b)
{
	SUM sum = 0;

	for (int i = 0; i < INPUTS; i++)
		sum += (SUM)a[i] * (SUM)b[i];
	return sum;
}

__attribute__((constructor)) static void read_points(void)
{
	FILE *rows = fopen(ROWS, "rb"), *labels = fopen(CLASSES, "r");

	for (int k = 0; k < POINTS; k++) {
		unsigned char row[INPUTS];
		if (fread(row, 1, INPUTS, rows) != INPUTS ||
			fscanf(labels, "%d", &classes[k]) != 1)
			abort();
		for (int i = 0; i < INPUTS; i++)
			points[k][i] = row[i];
		squares[k] = dot(points[k], points[k]);
	}
	fclose(rows);
	fclose(labels);
}

int net_classify(const uint8_t *x);
int net_classify(const uint8_t *x)
{
	NUMBER wide[INPUTS] __attribute__((aligned(64)));
	SUM least = 0;
	int best = 0;

	for (int i = 0; i < INPUTS; i++)
		wide[i] = x[i];
	for (int k = 0; k < POINTS; k++) {
		SUM far = squares[k] - 2 * dot(wide, points[k]);
		if (k == 0 || far < least) {
			least = far;
			best = k;
		}
	}
	return classes[best];
}

void net_classify_batch(const uint8_t *x, size_t rows, int32_t *out);
void net_classify_batch(const uint8_t *x, size_t rows, int32_t *out)
{
	for (size_t i = 0; i < rows; i++)
		out[i] = net_classify(x + i * INPUTS);
}
