// node run.mjs ROOT {MODEL.onnx ROWS.csv WANT}...: onnxruntime gives each row the class that WANT
// names, or unknown. Prints how many rows each model had, and how many of them have a class.
import assert from 'assert';
import { readFileSync } from 'fs';
import { createRequire } from 'module';

const [, , root, ...files] = process.argv;
const ort = createRequire(`${root}/build/npm/`)('onnxruntime-web');
ort.env.wasm.numThreads = 1;

while (files.length) {
	const [path, rowsFile, wantFile] = files.splice(0, 3);
	const bytes = readFileSync(path);
	const classes = [...bytes.toString('latin1').matchAll(/\nclass "(.*)"/g)].map((m) => m[1]);
	const rows = readFileSync(rowsFile, 'utf8').trim().split('\n').map((row) => row.split(',').map(Number));
	const want = readFileSync(wantFile, 'utf8').trim().split('\n');
	const session = await ort.InferenceSession.create(bytes);
	const type = path.includes('float32') ? 'float32' : 'float64';
	const Numbers = type === 'float32' ? Float32Array : Float64Array;
	const x = new ort.Tensor(type, Numbers.from(rows.flat()), [rows.length, rows[0].length]);
	const { y } = await session.run({ x });

	assert.strictEqual(rows.length, want.length);
	assert.deepStrictEqual(y.dims, [rows.length, 1]);
	want.forEach((name, i) => assert.strictEqual(classes[y.data[i] - 1] ?? 'unknown', name, `${path}, row ${i + 1}`));
	console.log(`${path.replace(/.*\//, '')}: ${rows.length} rows, ${want.filter((name) => name !== 'unknown').length} with a class`);
}
