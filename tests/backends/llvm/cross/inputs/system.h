/*
 * What check.c needs of a machine: where it begins and ends, and writing. On Linux system
 * calls, a table of one row a machine: their instruction, the registers of number and
 * arguments, the numbers of write and exit. In WebAssembly a function of the host's. On a
 * Cortex-M there is no system: the vectors that its board begins with, and semihosting.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stddef.h>

#ifdef __wasm__

__attribute__((import_module("check"), import_name("say"))) void system_say(
	const char *text, size_t length);

#define SYSTEM_ENTRY \
	__attribute__((export_name("check"))) int check_all(void); \
	int check_all(void)
#define SYSTEM_END(status) return status

#elif defined __arm__ && __ARM_ARCH_PROFILE == 'M'

static inline void system_call(int operation, const void *argument)
{
	register int r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static inline void system_say(const char *text, size_t length)
{
	const int SYS_WRITEC = 3;

	for (size_t i = 0; i < length; i++)
		system_call(SYS_WRITEC, text + i);
}

#define SYSTEM_ENTRY \
	void _start(void); \
	__attribute__((section(".vectors"), used)) static void *const system_vectors[] = { \
		(void *)0x20400000, (void *)_start \
	}; \
	void _start(void)
#define SYSTEM_END(status) \
	for (;;) \
	system_call(0x18, (const void *)((status) ? 0x20023 : 0x20026))

#else

#if defined __x86_64__
#define SYSTEM(X) X("syscall", "rax", "rdi", "rsi", "rdx", 1, 60)
#elif defined __i386__
#define SYSTEM(X) X("int $0x80", "eax", "ebx", "ecx", "edx", 4, 1)
#elif defined __aarch64__
#define SYSTEM(X) X("svc 0", "x8", "x0", "x1", "x2", 64, 93)
#elif defined __arm__ /* r7 may be the frame pointer, which cannot be asked for */
#define SYSTEM(X) X("push {r7}; mov r7, r4; svc 0; pop {r7}", "r4", "r0", "r1", "r2", 4, 1)
#elif defined __riscv
#define SYSTEM(X) X("ecall", "a7", "a0", "a1", "a2", 64, 93)
#elif defined __s390x__
#define SYSTEM(X) X("svc 0", "r1", "r2", "r3", "r4", 4, 1)
#elif defined __powerpc__
#define SYSTEM(X) X("sc", "r0", "r3", "r4", "r5", 4, 1)
#else
#error "no row for this machine"
#endif

#define SYSTEM_CALL(instruction, n, a, b, c, write, exit) \
	static inline void system_call(long number, long first, long second, long third) \
	{ \
		register long rn __asm__(n) = number, ra __asm__(a) = first; \
		register long rb __asm__(b) = second, rc __asm__(c) = third; \
\
		__asm__ volatile(instruction \
				 : "+r"(rn), "+r"(ra), "+r"(rb), "+r"(rc) \
				 : \
				 : "memory", "cc" SYSTEM_CLOBBERS); \
	} \
	enum { SYSTEM_WRITE = write, SYSTEM_EXIT = exit };
#ifdef __x86_64__
#define SYSTEM_CLOBBERS , "rcx", "r11"
#else
#define SYSTEM_CLOBBERS
#endif
SYSTEM(SYSTEM_CALL)

static inline void system_say(const char *text, size_t length)
{
	system_call(SYSTEM_WRITE, 1, (long)text, (long)length);
}

/* The kernel's stack is as functions want it, but on x86, where a call would shift it. */
#if defined __x86_64__ || defined __i386__
#define SYSTEM_ALIGN __attribute__((force_align_arg_pointer))
#else
#define SYSTEM_ALIGN
#endif
#define SYSTEM_ENTRY \
	void _start(void); \
	SYSTEM_ALIGN void _start(void)
#define SYSTEM_END(status) \
	for (;;) \
	system_call(SYSTEM_EXIT, status, 0, 0)

#endif
#endif
