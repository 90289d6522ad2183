/*
 * The tracer: one point through the literal network, every value exact. A number is a dyadic
 * m * 2^e, { m: BigInt, e: number }; nothing is ever rounded.
 */
'use strict';

/* --- numbers --- */

const ZERO = { m: 0n, e: 0 };

/* "341", "-0.5", "0x1f3p-12": as docs/ir.md has them. */
function number(text) {
	const negative = text[0] === '-';
	const [digits, exponent = '0'] = (negative ? text.slice(1) : text).split('p');
	const [whole, places = ''] = digits.split('.');
	const m = BigInt(whole + places) / 5n ** BigInt(places.length);

	return { m: negative ? -m : m, e: Number(exponent) - places.length };
}

/* a + b * c */
function addProduct(a, b, c) {
	const m = b.m * c.m, e = b.e + c.e;

	if (!m)
		return a;
	if (!a.m)
		return { m, e };
	return e < a.e ? { m: (a.m << BigInt(a.e - e)) + m, e } : { m: a.m + (m << BigInt(e - a.e)), e: a.e };
}

/* Without the zeros that end m, at most `most` of them. */
function trimmed({ m, e }, most = Infinity) {
	while (m && most > 0) {
		const low = Number(BigInt.asUintN(32, m));
		const zeros = Math.min(low ? 31 - Math.clz32(low & -low) : 32, most);
		if (!zeros)
			break;
		m >>= BigInt(zeros);
		e += zeros;
		most -= zeros;
	}
	return m ? { m, e } : ZERO;
}

/* Decimal when short, else hexadecimal digits and a power of two: number() reads both. */
function numberText(value) {
	const { m, e } = trimmed(value);
	const sign = m < 0n ? '-' : '', size = m < 0n ? -m : m;
	const short = e >= -8 && e < 64 && (e < 0 ? size < 1n << 62n : size << BigInt(e) < 1n << 63n);

	if (!short)
		return `${sign}0x${size.toString(16)}${e ? `p${e}` : ''}`;
	if (e >= 0)
		return `${sign}${size << BigInt(e)}`;
	const digits = (size * 5n ** BigInt(-e)).toString().padStart(1 - e, '0');
	return `${sign}${digits.slice(0, e)}.${digits.slice(e)}`;
}

/* --- ratios, of raw features --- */

/* "5.1", "-1e3", "1/3" as a fraction; null if it is none. */
function fraction(text) {
	const [, sign, whole, places = '', exponent = '0', den] =
		/^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?(?:\/(\d+))?$/i.exec(text) ?? [];
	const shift = Number(exponent) - places.length;

	if (whole === undefined || !(whole + places) || Math.abs(shift) > 400 || (den !== undefined && !BigInt(den)))
		return null;
	return {
		num: BigInt(whole + places) * (sign === '-' ? -1n : 1n) * 10n ** BigInt(Math.max(shift, 0)),
		den: BigInt(den ?? 1) * 10n ** BigInt(Math.max(-shift, 0)),
	};
}

const floorDivide = (a, b) => a / b - (a % b < 0n ? 1n : 0n); /* b > 0 */
const divisor = (a, b) => b ? divisor(b, a % b) : a < 0n ? -a : a;

/* As a decimal if it is one of few places. */
function fractionText({ num, den }) {
	const common = divisor(num, den);
	const n = num / common, d = den / common;

	for (let places = 0; places <= 18; places++) {
		const scaled = n * 10n ** BigInt(places);
		if (scaled % d === 0n) {
			const digits = (scaled / d).toString().replace('-', '').padStart(places + 1, '0');
			return (n < 0n ? '-' : '') + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits);
		}
	}
	return `${n}/${d}`;
}

/* --- the program: what the text says, for computing --- */

/* An "inputs" line of the text as features: how many, their range and mapping. */
function featuresOf(line) {
	const [, times, lo, hi, , step = '1', , offset = '0'] =
		/^inputs (\d+) in (-?\d+)\.\.(-?\d+)( step (\S+))?( offset (\S+))?/.exec(line);

	return new Array(Number(times)).fill({ lo: BigInt(lo), hi: BigInt(hi), step: fraction(step), offset: fraction(offset) });
}

const features = lines.filter((line) => line.startsWith('inputs ')).flatMap(featuresOf);

/* floor((x - offset) / step + 1/2), in lo..hi, or null. */
function gridOf(raw, { lo, hi, step, offset }) {
	const num = (raw.num * offset.den - offset.num * raw.den) * step.den;
	const den = raw.den * offset.den * step.num;
	const grid = floorDivide(2n * num + den, 2n * den);

	return lo <= grid && grid <= hi ? grid : null;
}

/* offset + grid * step */
function rawOf(grid, { step, offset }) {
	return fractionText({ num: offset.num * step.den + grid * step.num * offset.den, den: offset.den * step.den });
}

const constants = new Map(); /* by their text: most come many times */
function constant(text) {
	if (!constants.has(text))
		constants.set(text, number(text));
	return constants.get(text);
}

const placeOf = (name) => name[0] === 'x' ? Number(name.slice(1)) : features.length + Number(name.slice(1));
const negated = ({ m, e }) => ({ m: -m, e });

/* "197*x0 - %1 + 3": its terms as places and weights, and its bias. */
function formOf(text) {
	const form = { places: [], weights: [], bias: ZERO };
	let negative = false;

	for (let word of text.split(' ')) {
		if (word === '+' || word === '-') {
			negative = word === '-';
			continue;
		}
		if (word[0] === '-') {
			negative = true;
			word = word.slice(1);
		}
		const star = word.indexOf('*'), name = word.slice(star + 1);
		const isValue = name[0] === '%' || name[0] === 'x';
		const size = isValue ? constant(star < 0 ? '1' : word.slice(0, star)) : constant(word);
		const weight = negative ? negated(size) : size;
		if (isValue) {
			form.places.push(placeOf(name));
			form.weights.push(weight);
		} else {
			form.bias = weight;
		}
		negative = false;
	}
	return form;
}

/* Forms in the order of the definitions; made when first asked for. */
let program = null;
const programOf = () => program ??= definitions.map((at) => formOf(lines[at].trim().replace(/^(%\d+ = relu|output) /, '')));

/* Every value for a point of the grid: inputs, neurons, the output. */
function evaluate(grid) {
	const values = grid.map((m) => ({ m, e: 0 }));
	const forms = programOf(), last = forms.length - 1;

	forms.forEach((form, i) => {
		let sum = form.bias;
		for (let k = 0; k < form.places.length; k++)
			sum = addProduct(sum, form.weights[k], values[form.places[k]]);
		if (i < last && sum.m < 0n)
			sum = ZERO;
		values.push(sum.e < 0 ? trimmed(sum, -sum.e) : sum);
	});
	return values;
}

/* --- what an output stands for --- */

const labelText = (label) => report.network.levels ? levelText(label)
	: report.network.class_names[label] ?? `class ${label}`;

/* The text's line "real" has the least level in units of 2^exponent. */
const leastLevel = BigInt(/^real (-?\d+)/.exec(lines.find((line) => line.startsWith('real ')) ?? 'real 0')[1]);
function levelText(label) {
	const e = report.network.levels.step_exponent, power = 1n << BigInt(Math.abs(e));
	const at = leastLevel + BigInt(label);

	return fractionText(e < 0 ? { num: at, den: power } : { num: at * power, den: 1n });
}

/* The class or level of an output, or -1. */
function classOf(y) {
	const { levels, classes } = report.network;
	const { m, e } = trimmed(levels ? { m: y.m, e: y.e - levels.step_exponent } : y);
	const first = levels ? leastLevel : 1n;

	if (e < 0 || e > 64)
		return -1;
	const at = (m << BigInt(e)) - first;
	return at >= 0n && at < BigInt(classes) ? Number(at) : -1;
}

/* --- a point --- */

const points = dataOf('points');

/* The grid of what is typed; what is wrong with it is thrown. */
function parsePoint(text) {
	const words = text.trim().split(/[\s,;]+/);

	if (words.length !== features.length)
		throw new Error(`${plural(features.length, 'number')} wanted, ${count(words.length)} found`);
	return words.map((word, i) => {
		const raw = fraction(word);
		if (!raw)
			throw new Error(`x${i}: '${word}' is no number`);
		const grid = gridOf(raw, features[i]);
		if (grid === null)
			throw new Error(`x${i}: ${word} is not in ${rawOf(features[i].lo, features[i])} to ${rawOf(features[i].hi, features[i])}: unknown`);
		return grid;
	});
}

/* Texts by line, made as they are shown; which gates fire; how many by layer. */
function traceOf(grid) {
	const values = evaluate(grid);
	const fires = new Uint8Array(lines.length), firing = new Array(layers.length).fill(0);
	const place = new Map(definitions.map((at, i) => [at, features.length + i]));

	definitions.forEach((at, i) => {
		if (i === definitions.length - 1 || !values[features.length + i].m)
			return;
		fires[at] = 1;
		firing[layerOf(at)]++;
	});
	return { values, fires, layers: firing, texts: (at) => place.has(at) ? numberText(values[place.get(at)]) : null };
}

function answerText(grid) {
	const y = traced.values[traced.values.length - 1], label = classOf(y);
	const stored = points.find((point) => point.grid.every((x, i) => BigInt(x) === grid[i]));
	const firing = traced.layers.reduce((a, b) => a + b, 0);
	const known = !stored ? '' : stored.label === label ? ', as stored' : `, but stored as ${labelText(stored.label)}`;

	return `y = ${numberText(y)}: ${label < 0 ? 'unknown' : labelText(label)}${known}. `
		+ `${count(firing)} of ${plural(definitions.length - 1, 'gate')} fire.`;
}

function drawFiring() {
	draw('chart-fired', [{ label: 'neurons', color: '--second' }, { label: 'fire', color: '--first', fill: '--fill' }],
		[layerNumbers.slice(0, -1), column('neurons').slice(0, -1), traced.layers.slice(0, -1)],
		{ ...byLayer, scales: { y: { range: (_, __, most) => [0, most * 1.1 || 1] } } });
}

/* Of a point that is none, no values are shown. */
function trace() {
	traced = null;
	try {
		const grid = parsePoint($('point').value);
		traced = traceOf(grid);
		$('answer').textContent = answerText(grid);
	} catch (fault) {
		$('answer').textContent = fault.message;
	}
	$('only').hidden = $('fired').hidden = !traced;
	if (traced)
		drawFiring();
	layOut();
	showDetails();
}

function pick() {
	const point = points[Number($('stored').value)];

	$('point').value = point.grid.map((x, i) => rawOf(BigInt(x), features[i])).join(', ');
	trace();
}

/* --- all --- */

function fillTracer() {
	const literal = report.total !== null;

	$('tracer-note').textContent = !literal ? 'A fused network has no layers to trace a point through.'
		: networkText === null ? 'To trace a point the page needs the weights, which are too many for it.'
			: 'A point as it is given to the classifier: numbers, separated by commas or blanks. Every value below is exact.';
	$('tracer-form').hidden = !literal || networkText === null;
	if ($('tracer-form').hidden)
		return;
	$('stored').append(...points.map((point, i) => el('option', { value: i }, `${count(point.number + 1)}: ${labelText(point.label)}`)));
	$('stored').closest('label').hidden = !points.length;
	$('stored').addEventListener('change', pick);
	$('again').hidden = !points.length;
	$('again').addEventListener('click', pick);
	$('trace').addEventListener('click', trace);
	$('only-firing').addEventListener('change', () => {
		layOut();
		goTo(isHead(active) || rows.includes(active) ? active : groups[groupOf[active]].line);
	});
}

fillTracer();
