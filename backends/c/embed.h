/*
 * The texts of runtime/, as zero-terminated strings (written by backends/c/embed.sh), so
 * that memc needs no file of its own where it runs.
 */
#ifndef BACKENDS_C_EMBED_H
#define BACKENDS_C_EMBED_H

#include "support/output.h"

extern const char embed_bench_c[];
extern const char embed_code_h[];
extern const char embed_csv_c[];
extern const char embed_dense_bits_h[];
extern const char embed_dense_code_h[];
extern const char embed_dense_h[];
extern const char embed_form_h[];
extern const char embed_fused_code_h[];
extern const char embed_fused_h[];
extern const char embed_limb_h[];
extern const char embed_literal_h[];
extern const char embed_main_c[];
extern const char embed_map_h[];
extern const char embed_program_h[];
extern const char embed_real_h[];
extern const char embed_rows_c[];
extern const char embed_rows_h[];
extern const char embed_touch_h[];
extern const char embed_wide_h[];

/* Such a text, without the lines that include another. */
void embed_print(const char *text, struct output *out);

#endif
