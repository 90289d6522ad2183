/*
 * The files of backends/report/page/, as zero-terminated strings (written by
 * backends/c/embed.sh): what the pages of memc inspect and memc sweep --html are made of.
 */
#ifndef BACKENDS_REPORT_EMBED_H
#define BACKENDS_REPORT_EMBED_H

extern const char embed_common_js[];
extern const char embed_ir_js[];
extern const char embed_page_css[];
extern const char embed_page_html[];
extern const char embed_page_js[];
extern const char embed_precision_js[];
extern const char embed_sweep_html[];
extern const char embed_sweep_js[];
extern const char embed_trace_js[];
extern const char embed_uPlot_LICENSE[];
extern const char embed_uPlot_iife_min_js[];
extern const char embed_uPlot_min_css[];

#endif
