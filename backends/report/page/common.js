/*
 * What pages are made of: elements, tables and charts. All that they show is in their blocks
 * of data.
 */
'use strict';

const $ = (id) => document.getElementById(id);
const dataOf = (id) => JSON.parse($(id).textContent);

/* --- elements --- */

/* An element with properties and children; what is null is left out. */
function el(tag, properties = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(properties))
		if (name in element)
			element[name] = value;
		else
			element.setAttribute(name, value);
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

const count = (n) => n === null ? '–' : n.toLocaleString('en');
const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/* Six digits of what need not be an integer. */
function rough(n) {
	if (n === null)
		return '–';
	return Math.abs(n) < 1e9 ? Number(n.toPrecision(6)).toLocaleString('en') : n.toExponential(2).replace('e+', 'e');
}

/* A part of a whole as a bar; logarithmic where sizes differ by orders of magnitude. */
function bar(part, whole, logarithmic = false) {
	const size = logarithmic ? (n) => Math.log1p(n) : (n) => n;
	const inner = el('div');

	inner.style.width = `${whole > 0 ? Math.min(100, 100 * size(part) / size(whole)) : 0}%`;
	return el('div', { className: 'bar' }, inner);
}

/* Columns of a table are { title, of(row), number, wide }. */
const styleOf = (column) => [column.number ? 'number' : '', column.wide ? 'wide' : ''].join(' ').trim();

const tableRows = (columns, rows, classOf = () => '') => rows.map((row) => el('tr', { className: classOf(row) },
	columns.map((column, i) => el(i ? 'td' : 'th', { className: styleOf(column), ...(i ? {} : { scope: 'row' }) }, column.of(row)))));

function fillTable(id, columns, rows, classOf) {
	$(id).replaceChildren(
		el('thead', {}, el('tr', {}, columns.map((column) =>
			el('th', { scope: 'col', className: styleOf(column) }, column.title)))),
		el('tbody', {}, tableRows(columns, rows, classOf)));
}

const definition = (term, value) => el('div', {}, el('dt', {}, term), el('dd', {}, value));

/* --- charts --- */

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const charts = new Map();

/* Layers and bits have no halves: steps between ticks. */
const INTEGERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((power) => [power, 2 * power, 5 * power]);

/* Draws it anew, as wide as its place, in the colours of now. */
function draw(id, series, data, options = {}) {
	const place = $(id);
	const grid = { stroke: color('--line'), width: 1 };
	const axis = { stroke: color('--soft'), grid, ticks: grid };
	const old = charts.get(id);

	old?.chart.destroy();
	const chart = new uPlot({
		width: Math.max(place.clientWidth, 200),
		height: 230,
		cursor: { drag: { setScale: true } },
		scales: { x: { time: false }, ...options.scales },
		axes: [{ ...axis, incrs: INTEGERS, label: options.x, labelSize: 20, size: 34, ...options.across },
			{ ...axis, size: 56, values: options.ticks, splits: options.splits, ...options.upwards }],
		series: [{ label: options.x, value: options.where ?? ((_, value) => value ?? '–') }, ...series.map((one) => ({
			width: 1.5,
			stroke: color(one.color),
			points: { show: data[0].length <= 40, size: 6, fill: color(one.color), ...one.points },
			value: (_, value) => value === null ? '–' : rough(value),
			...one.more,
			label: one.label,
			fill: one.fill && color(one.fill),
		}))],
		...options.more,
	}, data, place);
	chart.root.setAttribute('role', 'img');
	chart.root.setAttribute('aria-label', place.previousElementSibling.textContent);
	charts.set(id, { chart, again: () => draw(id, series, data, options) });
}

function powersOfTen(least, most) {
	const powers = [];

	for (let power = 1; power <= most; power *= 10)
		if (power >= least)
			powers.push(power);
	return powers;
}

/* Charts follow the width of their place, and the theme. */
function keepCharts(place) {
	const again = () => charts.forEach((one) => one.again());
	let width = place.clientWidth;

	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
	new ResizeObserver(() => {
		if (place.clientWidth === width)
			return;
		width = place.clientWidth;
		again();
	}).observe(place);
}

/* --- sections --- */

/* Links to what is shown. */
function listSections() {
	for (const section of document.querySelectorAll('section:not([hidden])'))
		$('sections').append(el('a', { href: `#${section.id}` }, section.querySelector('h2').textContent));
}
