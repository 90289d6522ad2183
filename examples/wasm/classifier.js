'use strict';

/*
 * The classifier that memc compiled, from DIGITS of digits.js: rows of bytes go to the module's
 * memory behind its own, classes come back. Works in a page and in Node alike.
 */
class Classifier {
	static async load(digits) {
		const bytes = base64(digits.wasm);
		const { instance } = await WebAssembly.instantiate(bytes);

		return new Classifier(instance.exports, digits.inputs, bytes.length);
	}

	constructor(exports, inputs, size) {
		this.exports = exports;
		this.inputs = inputs;
		this.size = size;
		this.free = (exports.__heap_base.value + 15) & ~15;
	}

	/* Makes room for rows, which may move the memory, and returns where to put their features. */
	room(rows) {
		const { memory } = this.exports;
		const end = this.free + rows * (this.inputs + 4) + 4;

		if (end > memory.buffer.byteLength)
			memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536));
		return new Uint8Array(memory.buffer, this.free, rows * this.inputs);
	}

	/* The class of an image, or -1: it is not stored. */
	classify(image) {
		this.room(1).set(image);
		return this.exports.digits_classify(this.free);
	}

	/* The classes of images, one behind the other. */
	classifyBatch(images) {
		const rows = images.length / this.inputs;

		this.room(rows).set(images);
		return this.classifyAgain(rows);
	}

	/* The same of what is there already. */
	classifyAgain(rows) {
		const out = (this.free + rows * this.inputs + 3) & ~3;

		this.exports.digits_classify_batch(this.free, rows, out);
		return new Int32Array(this.exports.memory.buffer, out, rows).slice();
	}

	className(c) {
		let at = this.exports.digits_class_name(c), name = '';

		if (!at)
			return 'unknown';
		for (const bytes = new Uint8Array(this.exports.memory.buffer); bytes[at]; at++)
			name += String.fromCharCode(bytes[at]);
		return name;
	}
}

function base64(text) {
	return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
