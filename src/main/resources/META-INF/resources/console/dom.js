// Makes elements. Text is only ever set as text: a name that holds markup, which a peer may send, shows as it was sent.

/** An element; attributes that are null or false are left out, children are elements or text. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * A table; a cell is text, elements, or {number: text}. The first column names its row. On a narrow screen each row is a list of its
 * cells with their heads; the roles say that it is a table all the same.
 */
export function table(caption, heads, rows, none) {
  if (rows.length === 0) {
    return el('p', { class: 'soft' }, none);
  }
  const names = heads.map((text) => text.replace('#', ''));
  const head = heads.map((text, i) =>
    el('th', { scope: 'col', role: 'columnheader', class: text.startsWith('#') ? 'number' : null }, names[i]));
  const body = rows.map((cells) => el('tr', { role: 'row' }, cells.map((cell, i) => {
    const number = cell !== null && typeof cell === 'object' && 'number' in cell && !(cell instanceof Node);
    const content = number ? cell.number : cell ?? '–';
    return i === 0
      ? el('th', { scope: 'row', role: 'rowheader' }, content)
      : el('td', { role: 'cell', class: number ? 'number' : null, 'data-head': names[i] }, el('span', {}, content));
  })));
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    el('table', { role: 'table' }, el('caption', {}, caption),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, head)), el('tbody', { role: 'rowgroup' }, body)));
}

export function card(title, ...children) {
  return el('section', { class: 'card' }, el('h2', {}, title), children);
}

/** Pairs of a word and what it is; pairs without a value are left out. */
export function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

/** A name that a peer chose, or another that may be long: it may be broken anywhere. */
export const long = (text) => el('span', { class: 'long' }, text);

/** Many small numbers side by side. */
export function counts(pairs) {
  return el('dl', { class: 'counts' }, pairs.map(([name, number]) => el('div', {}, el('dt', {}, name), el('dd', {}, number))));
}

export function relayLink(name) {
  return el('a', { href: `/console/relays/${encodeURIComponent(name)}` }, name);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export const count = (number) => number.toLocaleString('en');
export const perSecond = (number) => (number >= 10 || number === 0 ? count(Math.round(number)) : number.toFixed(1));
export const time = (iso) => new Date(iso).toLocaleTimeString('en-GB');
export const moment = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
export const date = (iso) => iso.slice(0, 10);
export const words = (code) => code.replaceAll('_', ' ');
export const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

/** Whole days until then, less than 0 when it is over. */
export const daysLeft = (iso) => Math.floor((new Date(iso) - Date.now()) / 86_400_000);

export function urgency(days) {
  return days < 14 ? 'bad' : days < 30 ? 'warn' : 'good';
}

/** A span of time in the largest unit that fits. */
export function span(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const [size, unit] = [[86_400, 'day'], [3600, 'hour'], [60, 'minute']].find(([one]) => seconds >= one) ?? [1, 'second'];
  const number = Math.floor(seconds / size);
  return `${count(number)} ${unit}${number === 1 ? '' : 's'}`;
}

/** How long ago. */
export const age = (iso) => `${span(Date.now() - new Date(iso))} ago`;

/** How long until then. */
export const ahead = (iso) => span(new Date(iso) - Date.now());

export function days(number) {
  return number < 0 ? 'ended' : number === 1 ? '1 day' : `${count(number)} days`;
}

/** Asks the API; fails with the sentence that it answers. Whoever isn't known any more signs in again. */
export async function ask(path, options = {}) {
  const response = await fetch(path, options);
  if (response.status === 401) {
    location.assign('/console/login');
  }
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `the gateway answers ${response.status}`);
}
