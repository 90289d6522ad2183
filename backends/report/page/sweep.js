/*
 * The page of memc sweep --html: the rows of a sweep, as CSV has them, drawn and listed.
 */
'use strict';

const sweep = dataOf('data');
const csvText = dataOf('csv-text');

/* --- rows --- */

/* Lines of fields, which may stand in quotes. */
function parseCsv(text) {
	const lines = [[]];

	for (const [, field, end] of text.matchAll(/("(?:[^"]|"")*"|[^,\n]*)([,\n])/g)) {
		lines[lines.length - 1].push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
		if (end === '\n')
			lines.push([]);
	}
	return lines.slice(0, -1);
}

const [head, ...fields] = parseCsv(csvText);

/* A param, which come first, may have the name of a column. */
const columnNames = head.map((name, i) => head.lastIndexOf(name) === i ? name : `${name} =`);
const runs = fields.map((row) => Object.fromEntries(columnNames.map((name, i) => [name, row[i]])));
const isDone = (run) => run.result === 'done';

/* "12", "0.5" and "1/20" are numbers, else NaN: expressions, and what is not there. */
function numberOf(text) {
	const [, above, below] = /^(-?\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(text) ?? [];

	return above === undefined ? NaN : Number(above) / Number(below ?? 1);
}

/* --- head --- */

/* Up to so many values of a param are listed. */
const LISTED = 12;

function fillHead() {
	const failed = runs.filter((run) => !isDone(run)).length;
	const networks = new Set(runs.map((run) => run.network)).size;

	document.title = `${sweep.spec} – memc sweep`;
	$('name').textContent = sweep.spec;
	$('about').textContent = [plural(runs.length, 'run'), `of ${plural(networks, 'network')}`,
		failed ? `, of which ${count(failed)} failed` : ''].join(' ').replace(' ,', ',');
	$('axes').append(...sweep.axes.map(({ name, values }) => definition(`${name} =`, values.length <= LISTED ? values.join(', ')
		: `${values[0]}, ${values[1]} .. ${values[values.length - 1]} (${count(values.length)} values)`)));
	$('made').textContent = `memc ${sweep.memc}, spec ${sweep.spec_sha256}`;
}

/* --- lines --- */

/* Colours first, then dashes tell lines apart. */
const COLORS = 8;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const colorOf = (i) => `--series-${i % COLORS + 1}`;
const dashOf = (i) => DASHES[Math.floor(i / COLORS) % DASHES.length];

const shown = sweep.lines.map(() => true);

/* What is drawn along: the first param where its values are numbers, else the points. */
const along = sweep.axes.length && sweep.axes[0].values.every((value) => !isNaN(numberOf(value))) ? columnNames[0] : 'points';
const acrossOf = (run) => numberOf(run[along]);

function swatch(i) {
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');

	svg.setAttribute('class', 'swatch');
	svg.setAttribute('viewBox', '0 0 28 10');
	svg.setAttribute('aria-hidden', 'true');
	path.setAttribute('d', 'M0 5H28');
	path.setAttribute('stroke', `var(${colorOf(i)})`);
	path.setAttribute('stroke-dasharray', dashOf(i).join(' '));
	svg.append(path);
	return svg;
}

function fillLines() {
	$('lines').hidden = sweep.lines.length < 2;
	$('lines').append(...sweep.lines.map(({ name }, i) => {
		const box = el('input', { type: 'checkbox', checked: true });
		box.addEventListener('change', () => {
			shown[i] = box.checked;
			drawMeasures();
		});
		return el('label', {}, box, swatch(i), name);
	}));
}

/* --- charts --- */

const linePoints = sweep.lines.map(({ first, count: length }) => runs.slice(first, first + length).filter(isDone));
const crossings = [...new Set(linePoints.flat().map(acrossOf))].filter((x) => !isNaN(x)).sort((a, b) => a - b);
const compact = (value) => value === null || value === undefined ? '' : value !== 0 && Math.abs(value) < 1e-2 ? value.toExponential(1).replace('.0e', 'e')
	: value.toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 3 });

/* 1, 10, 100 where there are decades, else 1, 2, 5, 10 or more; from `least` to `most`. */
function logarithmicTicks(least, most) {
	const first = Math.floor(Math.log10(least)), last = Math.ceil(Math.log10(most));
	const ticks = (digits) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
		.flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
		.filter((tick) => tick >= least && tick <= most);
	const choices = [[1], [1, 2, 5], [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]].map(ticks);

	return choices.find((choice) => choice.length >= 3) ?? choices[2];
}

/* All that was swept if that is little. */
function ticksAlong(least, most) {
	const inside = crossings.filter((x) => x >= least && x <= most);
	const ticks = logarithmicTicks(least, most);

	if (inside.length <= 6)
		return inside;
	return ticks.length >= 2 ? ticks : [inside[0], inside[inside.length - 1]];
}

const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);

/* A twentieth more on either side of what is in sight, and `aside` at least; logarithmic where all values are above 0. */
function scaleOf(values, aside = 1) {
	const more = (low, high) => Math.max((high / low) ** 0.05, aside);

	if (values.length === 1 && values[0] > 0)
		return { distr: 3, range: [values[0] / 2, values[0] * 2] };
	if (least(values) > 0)
		return { distr: 3, range: (_, low, high) => low === null ? [1, 10] : [low / more(low, high), high * more(low, high)] };
	return { range: (_, low, high) => [low - 0.05 * (high - low || 1), high + 0.05 * (high - low || 1)] };
}

/* The values of a line at all crossings; nothing where there is none, or one that has no logarithm. */
function valuesOf(points, column) {
	const values = new Map(points.map((run) => [acrossOf(run), numberOf(run[column])]));

	return crossings.map((x) => values.get(x) > 0 ? values.get(x) : null);
}

/* Says which point is next to the pointer. */
function watch(readout, lines) {
	let line = null;
	const say = (chart) => {
		const at = line === null ? null : chart.cursor.idxs[line];
		const value = at === null || at === undefined ? null : chart.data[line][at];
		readout.textContent = value === null || value === undefined ? '\u00a0'
			: `${lines[line - 1]}, ${along} = ${rough(chart.data[0][at])}: ${rough(value)}`;
	};

	return {
		setCursor: [say],
		setSeries: [(chart, i, { focus }) => {
			if (focus !== undefined)
				line = i;
			say(chart);
		}],
	};
}

function drawMeasure({ column }) {
	const lines = sweep.lines.map((line, i) => ({ ...line, i, values: valuesOf(linePoints[i], column) })).filter(({ i }) => shown[i]);
	const x = scaleOf(crossings), y = scaleOf([1, 2], 1.2); /* all of them are above 0 */
	const ticks = (_, splits) => splits.map(compact);

	draw(`chart-${column}`, lines.map(({ name, i, values: _ }) => ({
		label: name,
		color: colorOf(i),
		points: { size: 5 },
		more: { dash: dashOf(i), spanGaps: true },
	})), [crossings, ...lines.map((line) => line.values)], {
		x: along,
		scales: { x: { time: false, ...x }, y },
		across: { values: ticks, ...(x.distr && { filter: (_, all) => all, splits: (_, __, least, most) => ticksAlong(least, most) }) },
		upwards: { filter: (_, all) => all },
		ticks,
		splits: (_, __, least, most) => logarithmicTicks(least, most),
		more: {
			height: 260,
			legend: { show: false },
			focus: { alpha: 0.3 },
			cursor: { drag: { setScale: true }, focus: { prox: 40 } },
			hooks: watch($(`readout-${column}`), lines.map(({ name }) => name)),
		},
	});
}

const drawn = sweep.measures.filter(({ column }) => runs.some((run) => numberOf(run[column]) > 0) && crossings.length);
const drawMeasures = () => drawn.forEach(drawMeasure);

function fillCharts() {
	$('charts').append(...drawn.map(({ column, title }) => el('figure', {}, el('figcaption', {}, title),
		el('div', { id: `chart-${column}` }), el('p', { className: 'readout', id: `readout-${column}` }, '\u00a0'))));
	$('charts-note').textContent = `Along ${along}, ${least(crossings) > 0 ? 'on logarithmic axes' : 'whose axis is not logarithmic, with a value that is not above 0'}. `
		+ (drawn.length < sweep.measures.length ? `Without values, and not drawn: ${
			sweep.measures.filter((one) => !drawn.includes(one)).map(({ title }) => title).join('; ')}.` : '');
	drawMeasures();
	keepCharts($('charts'));
}

function fillSlopes() {
	const lines = sweep.lines.filter(({ slopes }) => slopes.parameters !== null);

	$('exponents').hidden = !lines.length;
	fillTable('slopes', [
		{ title: 'line', of: (line) => line.name },
		...sweep.measures.map(({ column, title }) => ({ title: title.replace(/[:,] .*/, ''), number: true,
			of: ({ slopes }) => slopes[column] === null ? '–' : slopes[column].toFixed(3).replace('-', '−').replace('−0.000', '0.000') })),
	], lines);
}

/* --- the table --- */

/* Numbers by size, texts by alphabet, and behind both what is not there. */
function compare(a, b) {
	const x = numberOf(a), y = numberOf(b);

	if (isNaN(x) !== isNaN(y))
		return isNaN(x) ? 1 : -1;
	return isNaN(x) ? a.localeCompare(b, 'en', { numeric: true }) : x - y;
}

/* The runs by a column, those without a value last, others as they were. */
function sortedBy(name, descending) {
	return runs.map((_, i) => i).sort((i, j) => {
		const a = runs[i][name], b = runs[j][name];
		if (!a !== !b)
			return a ? -1 : 1;
		return (descending ? compare(b, a) : compare(a, b)) || i - j;
	});
}

function cell(name, text) {
	const value = numberOf(text);

	if (!text || isNaN(value) || columnNames.indexOf(name) < sweep.axes.length)
		return text;
	return Number.isInteger(value) ? count(value) : rough(value);
}

/* The spec is the same in all rows; a reason is shown only if there is one. */
function tableColumns() {
	const names = columnNames.filter((name) => name !== 'spec' && name !== 'why');

	if (!runs.every(isDone))
		names.splice(names.indexOf('result') + 1, 0, 'why');
	return names.map((name) => ({
		title: el('button', { type: 'button', className: 'sort', value: name }, name.replaceAll('_', ' ')),
		number: !['network', 'result', 'why'].includes(name),
		wide: name === 'why',
		of: (run) => cell(name, run[name]),
	}));
}

/* So many rows at first, since a browser takes its time for thousands. */
const ROWS = 500;

const table = { columns: tableColumns(), order: runs.map((_, i) => i), most: ROWS };

function fillRows() {
	$('rows').tBodies[0].replaceChildren(...tableRows(table.columns,
		table.order.slice(0, table.most).map((i) => runs[i]), (run) => isDone(run) ? '' : 'failed'));
}

function sortRows({ target }) {
	const button = target.closest('button');

	if (!button)
		return;
	const head = button.parentElement;
	const descending = head.ariaSort === 'ascending';
	for (const other of head.parentElement.cells)
		other.removeAttribute('aria-sort');
	head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
	table.order = sortedBy(button.value, descending);
	fillRows();
	$('sorted').textContent = `by ${button.textContent}, ${descending ? 'descending' : 'ascending'}`;
}

function makeTable() {
	fillTable('rows', table.columns, []);
	$('rows').tHead.addEventListener('click', sortRows);
	$('all').hidden = runs.length <= ROWS;
	$('all').textContent = `Show all ${count(runs.length)}, not ${count(ROWS)}`;
	$('all').addEventListener('click', () => {
		table.most = runs.length;
		$('all').hidden = true;
		fillRows();
	});
	fillRows();
}

function offerCsv() {
	$('csv').href = URL.createObjectURL(new Blob([csvText], { type: 'text/csv' }));
	$('csv').download = `${sweep.spec.replace(/\.mem$/, '')}.csv`;
}

/* --- all --- */

fillHead();
$('growth').hidden = !drawn.length;
if (drawn.length) {
	fillLines();
	fillCharts();
}
fillSlopes();
makeTable();
offerCsv();
listSections();
