#include "driver/confusion.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

/* Characters of a line, of a name on it, and confusions that are listed one by one. */
enum { PAGE = 100, NAME = 24, LISTED = 20 };

static const char unknown_name[] = "unknown";

/* --- counting ---------------------------------------------------------------------------- */

struct named_class {
	const char *name;
	int32_t class;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(
		((const struct named_class *)a)->name, ((const struct named_class *)b)->name);
}

/* The network's class of each class of the data set, by name; -1: it has none of that name. */
static int32_t *translate(const struct ir_module *module, const struct dataset *dataset)
{
	struct named_class *known = mem_alloc(module->class_count, sizeof *known);
	int32_t *classes = mem_alloc(dataset->classes, sizeof *classes);

	for (uint32_t i = 0; i < module->class_count; i++)
		known[i] = (struct named_class){ module->class_names[i], (int32_t)i };
	qsort(known, module->class_count, sizeof *known, compare_names);
	for (uint32_t i = 0; i < dataset->classes; i++) {
		struct named_class key = { dataset->class_names[i], -1 };
		const struct named_class *found =
			bsearch(&key, known, module->class_count, sizeof *known, compare_names);
		classes[i] = found ? found->class : -1;
	}
	free(known);
	return classes;
}

/* Orders the classes of the data set as rows; row_of[c] is that of its class c. */
static uint32_t *order_rows(struct confusion *confusion, const struct dataset *dataset)
{
	uint32_t columns = confusion->module->class_count, count = 0;
	uint32_t *row_of = mem_alloc(dataset->classes, sizeof *row_of);
	int32_t *known = translate(confusion->module, dataset);
	uint32_t *by_class = mem_zero(columns, sizeof *by_class); /* 1 + class of the set */

	for (uint32_t c = 0; c < dataset->classes; c++)
		if (known[c] >= 0)
			by_class[known[c]] = c + 1;
	for (uint32_t k = 0; k < columns; k++) {
		if (!by_class[k])
			continue;
		row_of[by_class[k] - 1] = count;
		confusion->names[count] = confusion->module->class_names[k];
		confusion->classes[count++] = (int32_t)k;
	}
	for (uint32_t c = 0; c < dataset->classes; c++) {
		if (known[c] >= 0)
			continue;
		row_of[c] = count;
		confusion->names[count] = dataset->class_names[c];
		confusion->classes[count++] = -1;
	}
	free(by_class);
	free(known);
	return row_of;
}

/* The points by row of the table: those of row r are order[begin[r]..begin[r+1]-1]. */
static uint64_t *sort_points(
	const struct dataset *dataset, const uint32_t *row_of, uint32_t rows, uint64_t *begin)
{
	uint64_t *order = mem_alloc((size_t)dataset->count, sizeof *order);
	uint64_t sum = 0;

	memset(begin, 0, ((size_t)rows + 1) * sizeof *begin);
	for (uint64_t i = 0; i < dataset->count; i++)
		begin[row_of[dataset->labels[i]]]++;
	for (uint32_t r = 0; r <= rows; r++) {
		uint64_t count = begin[r];
		begin[r] = sum;
		sum += count;
	}
	for (uint64_t i = 0; i < dataset->count; i++)
		order[begin[row_of[dataset->labels[i]]]++] = i;
	memmove(begin + 1, begin, rows * sizeof *begin);
	begin[0] = 0;
	return order;
}

static int compare_columns(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void count_cells(struct confusion *confusion, const int32_t *found,
	const uint64_t *order, const uint64_t *begin)
{
	uint64_t *counts = mem_zero(confusion->columns, sizeof *counts);
	uint32_t *touched = mem_alloc(confusion->columns, sizeof *touched);
	size_t room = 0;

	for (uint32_t r = 0; r < confusion->rows; r++) {
		uint32_t some = 0;
		for (uint64_t i = begin[r]; i < begin[r + 1]; i++) {
			int32_t class = found[order[i]];
			uint32_t column = class < 0 ? confusion->columns - 1 : (uint32_t) class;
			if (!counts[column]++)
				touched[some++] = column;
			confusion->unknown += class < 0;
			confusion->right += class >= 0 && class == confusion->classes[r];
		}
		qsort(touched, some, sizeof *touched, compare_columns);
		confusion->cells = mem_grow(confusion->cells, &room,
			confusion->cell_count + some, sizeof *confusion->cells);
		for (uint32_t k = 0; k < some; k++) {
			confusion->cells[confusion->cell_count++] =
				(struct confusion_cell){ r, touched[k], counts[touched[k]] };
			counts[touched[k]] = 0;
		}
	}
	free(touched);
	free(counts);
}

void confusion_init(struct confusion *confusion, const struct ir_module *module,
	const struct dataset *dataset, const int32_t *found)
{
	uint32_t *row_of;
	uint64_t *begin, *order;

	*confusion = (struct confusion){
		.module = module,
		.rows = dataset->classes,
		.columns = module->class_count + 1,
		.names = mem_alloc(dataset->classes, sizeof *confusion->names),
		.classes = mem_alloc(dataset->classes, sizeof *confusion->classes),
		.all = dataset->count,
	};
	row_of = order_rows(confusion, dataset);
	begin = mem_alloc((size_t)confusion->rows + 1, sizeof *begin);
	order = sort_points(dataset, row_of, confusion->rows, begin);
	count_cells(confusion, found, order, begin);
	free(order);
	free(begin);
	free(row_of);
}

void confusion_fini(struct confusion *confusion)
{
	free(confusion->cells);
	free(confusion->classes);
	free(confusion->names);
}

static const char *column_name(const struct confusion *confusion, uint32_t column)
{
	return column + 1 < confusion->columns ? confusion->module->class_names[column]
					       : unknown_name;
}

/* --- text in columns --------------------------------------------------------------------- */

/* Characters of a UTF-8 text. */
static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* As much of a name as a column shows; the width of what is printed. */
static int print_name(const char *name, FILE *stream)
{
	int width = text_width(name), shown = 0;

	if (width <= NAME) {
		fputs(name, stream);
		return width;
	}
	for (; shown < NAME - 2; shown++)
		do
			fputc(*name++, stream);
		while (((unsigned char)*name & 0xc0) == 0x80);
	fputs("..", stream);
	return NAME;
}

static int name_width(const char *name)
{
	int width = text_width(name);

	return width < NAME ? width : NAME;
}

static void print_left(const char *name, int width, FILE *stream)
{
	int printed = print_name(name, stream);

	fprintf(stream, "%*s", width - printed, "");
}

static void print_right(const char *name, int width, FILE *stream)
{
	fprintf(stream, "%*s", width - name_width(name), "");
	print_name(name, stream);
}

static int digits(uint64_t n)
{
	int count = 1;

	for (; n >= 10; n /= 10)
		count++;
	return count;
}

/* --- the whole table --------------------------------------------------------------------- */

/* How a table is printed: the widths of its columns, and whether numbers head them. */
struct layout {
	bool numbered;
	int label;    /* of the names of the rows, without their numbers */
	int number;   /* of a class in digits */
	int *columns; /* without the blanks before them */
	int total;
};

static const char corner[] = "true";

static int header_width(const struct confusion *confusion, uint32_t column, bool numbered)
{
	if (numbered && column + 1 < confusion->columns)
		return digits(column);
	return name_width(column_name(confusion, column));
}

static void layout_init(struct layout *layout, const struct confusion *confusion, bool numbered)
{
	*layout = (struct layout){
		.numbered = numbered,
		.label = (int)strlen(corner),
		.number = digits(confusion->columns),
		.columns = mem_alloc(confusion->columns, sizeof *layout->columns),
	};
	for (uint32_t r = 0; r < confusion->rows; r++) {
		int width = name_width(confusion->names[r]);
		if (width > layout->label)
			layout->label = width;
	}
	for (uint32_t c = 0; c < confusion->columns; c++)
		layout->columns[c] = header_width(confusion, c, numbered);
	for (size_t i = 0; i < confusion->cell_count; i++) {
		const struct confusion_cell *cell = &confusion->cells[i];
		int width = digits(cell->count);
		if (width > layout->columns[cell->column])
			layout->columns[cell->column] = width;
	}
	layout->total = layout->label + (numbered ? layout->number + 1 : 0);
	for (uint32_t c = 0; c < confusion->columns && layout->total <= PAGE; c++)
		layout->total += 2 + layout->columns[c];
}

static void print_header(
	const struct confusion *confusion, const struct layout *layout, FILE *stream)
{
	if (layout->numbered)
		fprintf(stream, "%*s ", layout->number, "");
	print_left(corner, layout->label, stream);
	for (uint32_t c = 0; c < confusion->columns; c++) {
		fputs("  ", stream);
		if (layout->numbered && c + 1 < confusion->columns)
			fprintf(stream, "%*u", layout->columns[c], c);
		else
			print_right(column_name(confusion, c), layout->columns[c], stream);
	}
	fputc('\n', stream);
}

static void print_label(const struct confusion *confusion, const struct layout *layout,
	uint32_t row, FILE *stream)
{
	if (layout->numbered && confusion->classes[row] >= 0)
		fprintf(stream, "%*d ", layout->number, (int)confusion->classes[row]);
	else if (layout->numbered)
		fprintf(stream, "%*s ", layout->number, "-");
	print_left(confusion->names[row], layout->label, stream);
}

/* Calls for every cell, those of zero too, and for the ends of rows. */
static void print_table(
	const struct confusion *confusion, const struct layout *layout, FILE *stream)
{
	const struct confusion_cell *cell = confusion->cells,
				    *end = cell + confusion->cell_count;

	print_header(confusion, layout, stream);
	for (uint32_t r = 0; r < confusion->rows; r++) {
		print_label(confusion, layout, r, stream);
		for (uint32_t c = 0; c < confusion->columns; c++) {
			bool some = cell < end && cell->row == r && cell->column == c;
			fprintf(stream, "  %*" PRIu64, layout->columns[c],
				some ? cell++->count : 0);
		}
		fputc('\n', stream);
	}
}

/* --- a table too wide: its greatest cells off the diagonal ---------------------------------
 */

static int compare_cells(const void *a, const void *b)
{
	const struct confusion_cell *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

/* The cells off the diagonal, the greatest first; freed by the caller. */
static struct confusion_cell *confusions_of(const struct confusion *confusion, size_t *count)
{
	struct confusion_cell *cells = mem_alloc(confusion->cell_count, sizeof *cells);

	*count = 0;
	for (size_t i = 0; i < confusion->cell_count; i++) {
		const struct confusion_cell *cell = &confusion->cells[i];
		if ((int32_t)cell->column != confusion->classes[cell->row])
			cells[(*count)++] = *cell;
	}
	qsort(cells, *count, sizeof *cells, compare_cells);
	return cells;
}

static void print_list(const struct confusion *confusion, FILE *stream)
{
	size_t count;
	struct confusion_cell *cells = confusions_of(confusion, &count);
	size_t shown = count < LISTED ? count : LISTED;
	int name = (int)strlen(corner), answer = (int)strlen("answer");

	fprintf(stream,
		"%u classes, too many for a table (--csv prints it whole): ", confusion->rows);
	if (!count)
		fputs("no row has the answer of another class\n", stream);
	else if (shown < count)
		fprintf(stream, "the %zu most frequent of %zu confusions\n", shown, count);
	else
		fprintf(stream, "all confusions\n");
	for (size_t i = 0; i < shown; i++) {
		int width = name_width(confusion->names[cells[i].row]);
		name = width > name ? width : name;
		width = name_width(column_name(confusion, cells[i].column));
		answer = width > answer ? width : answer;
	}
	if (shown) {
		print_left(corner, name + 2, stream);
		print_left("answer", answer + 2, stream);
		fprintf(stream, "%*s\n",
			digits(cells[0].count) > 4 ? digits(cells[0].count) : 4, "rows");
	}
	for (size_t i = 0; i < shown; i++) {
		print_left(confusion->names[cells[i].row], name + 2, stream);
		print_left(column_name(confusion, cells[i].column), answer + 2, stream);
		fprintf(stream, "%*" PRIu64 "\n",
			digits(cells[0].count) > 4 ? digits(cells[0].count) : 4,
			cells[i].count);
	}
	free(cells);
}

void confusion_print(const struct confusion *confusion, FILE *stream)
{
	struct layout layout;
	bool fits;

	for (int numbered = 0; numbered <= 1; numbered++) {
		layout_init(&layout, confusion, numbered);
		fits = layout.total <= PAGE;
		if (fits)
			print_table(confusion, &layout, stream);
		free(layout.columns);
		if (fits)
			return;
	}
	print_list(confusion, stream);
}

/* --- comma-separated values --------------------------------------------------------------- */

static void print_csv_name(const char *name, FILE *stream)
{
	if (!name[strcspn(name, ",\"\r\n")]) {
		fputs(name, stream);
		return;
	}
	fputc('"', stream);
	for (; *name; name++) {
		if (*name == '"')
			fputc('"', stream);
		fputc(*name, stream);
	}
	fputc('"', stream);
}

void confusion_print_csv(const struct confusion *confusion, FILE *stream)
{
	const struct confusion_cell *cell = confusion->cells,
				    *end = cell + confusion->cell_count;

	fputs(corner, stream);
	for (uint32_t c = 0; c < confusion->columns; c++) {
		fputc(',', stream);
		print_csv_name(column_name(confusion, c), stream);
	}
	fputc('\n', stream);
	for (uint32_t r = 0; r < confusion->rows; r++) {
		print_csv_name(confusion->names[r], stream);
		for (uint32_t c = 0; c < confusion->columns; c++) {
			bool some = cell < end && cell->row == r && cell->column == c;
			fprintf(stream, ",%" PRIu64, some ? cell++->count : 0);
		}
		fputc('\n', stream);
	}
}
