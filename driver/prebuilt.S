/* The files that runtime/prebuild.sh made, as bytes: see driver/prebuilt.h. */
	.section .rodata
	.balign 16

	.globl prebuilt_hosted, prebuilt_hosted_size
prebuilt_hosted:
	.incbin "runtime/hosted.o"
.Lhosted_end:
	.balign 4
prebuilt_hosted_size:
	.long .Lhosted_end - prebuilt_hosted

	.globl prebuilt_static, prebuilt_static_size
prebuilt_static:
	.incbin "runtime/static.o"
.Lstatic_end:
	.balign 4
prebuilt_static_size:
	.long .Lstatic_end - prebuilt_static

	.globl prebuilt_machine
prebuilt_machine:
	.incbin "runtime/machine"
	.byte 0

	.section .note.GNU-stack, "", %progbits
