'use strict';

const SHADES = 16;
const SIDE = 8;
const PIXELS = SIDE * SIDE;
const SHOWN = 24; /* stored images at a time */

const points = base64(DIGITS.points);
const labels = DIGITS.labels;
const $ = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString('en');
const pointAt = (i) => points.subarray(i * PIXELS, (i + 1) * PIXELS);

let classifier;
const image = new Uint8Array(PIXELS);
let origin = 0; /* the stored image that was shown last */
let first = 0; /* of those on view, among those of the digit */
let cells = [];

/* --- the image ------------------------------------------------------------------------- */

function buildGrid() {
	for (let y = 0; y < SIDE; y++) {
		const row = $('grid').appendChild(document.createElement('div'));

		row.setAttribute('role', 'row');
		for (let x = 0; x < SIDE; x++) {
			const cell = row.appendChild(document.createElement('div'));

			cell.setAttribute('role', 'gridcell');
			cell.tabIndex = cells.length ? -1 : 0;
			cell.dataset.at = cells.length;
			cells.push(cell);
		}
	}
}

function paint(at, shade) {
	image[at] = Math.max(0, Math.min(SHADES, shade));
	showCell(at);
	showAnswer();
}

function showCell(at) {
	cells[at].style.setProperty('--shade', image[at]);
	cells[at].setAttribute('aria-label', `row ${Math.floor(at / SIDE) + 1}, column ${at % SIDE + 1}: ${image[at]}`);
}

function focusCell(at) {
	for (const cell of cells)
		cell.tabIndex = -1;
	cells[at].tabIndex = 0;
	cells[at].focus();
}

function cellKey(event) {
	const at = Number(event.target.dataset.at), x = at % SIDE;
	const ink = Number($('ink').value);
	const keys = {
		ArrowLeft: () => x > 0 && focusCell(at - 1),
		ArrowRight: () => x < SIDE - 1 && focusCell(at + 1),
		ArrowUp: () => at >= SIDE && focusCell(at - SIDE),
		ArrowDown: () => at < PIXELS - SIDE && focusCell(at + SIDE),
		' ': () => paint(at, image[at] === ink ? 0 : ink),
		'+': () => paint(at, image[at] + 1),
		'-': () => paint(at, image[at] - 1),
	};

	if (keys[event.key] && !event.ctrlKey && !event.altKey && !event.metaKey) {
		keys[event.key]();
		event.preventDefault();
	}
}

/* A stroke sets what it passes; one that begins on a pixel of its ink wipes. */
function stroke(event) {
	const start = Number(event.target.dataset.at);
	const ink = Number($('ink').value), shade = image[start] === ink ? 0 : ink;
	const move = (e) => {
		const cell = document.elementFromPoint(e.clientX, e.clientY);

		if (cell && cell.dataset.at && image[cell.dataset.at] !== shade)
			paint(Number(cell.dataset.at), shade);
	};
	const end = () => {
		removeEventListener('pointermove', move);
		removeEventListener('pointerup', end);
		removeEventListener('pointercancel', end);
	};

	if (Number.isNaN(start) || event.button)
		return;
	paint(start, shade);
	addEventListener('pointermove', move);
	addEventListener('pointerup', end);
	addEventListener('pointercancel', end);
}

function setImage(values) {
	image.set(values);
	cells.forEach((_, at) => showCell(at));
	showAnswer();
}

/* --- what the network says ------------------------------------------------------------- */

function showAnswer() {
	const c = classifier.classify(image);
	const pixels = image.reduce((sum, shade, at) => sum + (shade !== pointAt(origin)[at]), 0);

	$('answer').textContent = classifier.className(c);
	$('answer').className = c < 0 ? 'unknown' : 'known';
	$('why').textContent = pixels
		? `${pixels} ${pixels === 1 ? 'pixel differs' : 'pixels differ'} from stored image ${origin + 1}.`
		: `Stored image ${origin + 1} of ${number(labels.length)}, a ${labels[origin]}.`;
	showNeighbours();
	for (const button of $('images').querySelectorAll('button'))
		button.setAttribute('aria-pressed', String(!pixels && Number(button.dataset.at) === origin));
}

/* All images that differ from this one in one pixel, as one batch. */
function showNeighbours() {
	const rows = new Uint8Array(PIXELS * SHADES * PIXELS);
	let count = 0;

	for (let at = 0; at < PIXELS; at++)
		for (let shade = 0; shade <= SHADES; shade++)
			if (shade !== image[at]) {
				rows.set(image, count * PIXELS);
				rows[count++ * PIXELS + at] = shade;
			}
	const unknown = classifier.classifyBatch(rows).filter((c) => c < 0).length;
	$('near').textContent = `Of the ${number(count)} images that differ in one pixel, ${number(unknown)} are unknown.`;
}

/* --- the stored images ----------------------------------------------------------------- */

function thumbnail(values) {
	const canvas = document.createElement('canvas');
	const context = canvas.getContext('2d');
	const pixels = context.createImageData(SIDE, SIDE);
	const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink').split(',').map(Number);

	canvas.width = canvas.height = SIDE;
	values.forEach((shade, at) => pixels.data.set([...ink, Math.round(shade * 255 / SHADES)], 4 * at));
	context.putImageData(pixels, 0, 0);
	return canvas;
}

function showStored() {
	const digit = $('digit').value;
	const all = [...labels].map((_, i) => i).filter((i) => !digit || labels[i] === digit);

	first = first >= all.length ? 0 : first < 0 ? Math.floor((all.length - 1) / SHOWN) * SHOWN : first;
	$('images').replaceChildren(...all.slice(first, first + SHOWN).map((i) => {
		const item = document.createElement('li');
		const button = item.appendChild(document.createElement('button'));

		button.type = 'button';
		button.dataset.at = i;
		button.setAttribute('aria-label', `stored image ${i + 1}, a ${labels[i]}`);
		button.append(thumbnail(pointAt(i)), labels[i]);
		button.addEventListener('click', () => {
			origin = i;
			setImage(pointAt(i));
		});
		return item;
	}));
	$('which').textContent = `${number(first + 1)} to ${number(Math.min(first + SHOWN, all.length))} of ${number(all.length)}`;
	showAnswer();
}

/* Every stored image alone and in one batch; then the batch often enough to be timed. */
function showProof() {
	const rows = labels.length;
	const single = [...labels].filter((label, i) => classifier.className(classifier.classify(pointAt(i))) === label);
	const batch = [...classifier.classifyBatch(points)].filter((c, i) => classifier.className(c) === labels[i]);
	const start = performance.now();
	let passes = 0;

	while (performance.now() - start < 100) {
		classifier.classifyAgain(rows);
		passes++;
	}
	const time = (performance.now() - start) * 1e6 / passes / rows;
	$('proof').textContent = `${number(Math.min(single.length, batch.length))} of ${number(rows)} stored images are right, one by one and in a batch, which takes ${time.toFixed(0)} ns an image.`;
}

/* --- begin ----------------------------------------------------------------------------- */

function listen() {
	$('grid').addEventListener('keydown', cellKey);
	$('grid').addEventListener('pointerdown', stroke);
	$('ink').addEventListener('input', () => { $('ink-value').textContent = $('ink').value; });
	$('nudge').addEventListener('click', () => {
		const at = Math.floor(Math.random() * PIXELS);

		paint(at, image[at] < SHADES ? image[at] + 1 : image[at] - 1);
	});
	$('clear').addEventListener('click', () => setImage(new Uint8Array(PIXELS)));
	$('digit').addEventListener('change', () => { first = 0; showStored(); });
	$('back').addEventListener('click', () => { first -= SHOWN; showStored(); });
	$('on').addEventListener('click', () => { first += SHOWN; showStored(); });
	$('again').addEventListener('click', showProof);
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showStored);
}

function begin(loaded) {
	classifier = loaded;
	buildGrid();
	listen();
	$('size').textContent = number(classifier.size);
	for (const digit of [...new Set(labels)].sort())
		$('digit').append(new Option(digit, digit));
	setImage(pointAt(origin));
	showStored();
	showProof();
}

Classifier.load(DIGITS).then(begin, (error) => { $('answer').textContent = error.message; });
