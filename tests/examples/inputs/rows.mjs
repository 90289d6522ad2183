// node rows.mjs PAGE-FOLDER ROWS.csv WANT: the module of the page classifies the rows, one by one and as a
// batch; the names of the classes must be those of WANT.
import assert from 'assert';
import { readFileSync } from 'fs';
import { runInThisContext } from 'vm';

const [, , folder, rowsFile, wantFile] = process.argv;
const read = (file) => readFileSync(file, 'utf8');
const { Classifier, DIGITS } = runInThisContext(
	`${read(`${folder}/digits.js`)}${read(`${folder}/classifier.js`)}({ Classifier, DIGITS })`);
const classifier = await Classifier.load(DIGITS);
const rows = read(rowsFile).trim().split('\n').map((line) => line.split(',').map(Number));
const want = read(wantFile).trim().split('\n');
const batch = classifier.classifyBatch(rows.flat());

assert.strictEqual(rows.length, want.length);
rows.forEach((row, i) => {
	assert.strictEqual(classifier.className(classifier.classify(row)), want[i], `row ${i + 1}`);
	assert.strictEqual(classifier.className(batch[i]), want[i], `row ${i + 1} of the batch`);
});
console.log(`${rows.length} rows, ${want.filter((name) => name !== 'unknown').length} with a class: all right`);
