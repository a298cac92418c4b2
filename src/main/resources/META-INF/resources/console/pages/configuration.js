import { age, ask, card, count, el, facts, moment, table } from '../dom.js';

/** What is in force, key by key; and for those who may, what a reload would change, before it does. */
export class Page {
  constructor({ access }) {
    this.entries = [];
    this.state = el('div');
    this.filter = el('input', { type: 'search', autocomplete: 'off', maxlength: 200 });
    this.written = el('input', { type: 'checkbox' });
    this.result = el('div', { id: 'entries' }, el('p', { class: 'soft' }, 'Loading'));
    for (const input of [this.filter, this.written]) {
      input.addEventListener('input', () => this.show());
    }
    const form = el('form', { role: 'search', onsubmit: (event) => event.preventDefault() },
      el('label', {}, 'Key, value or source', this.filter),
      el('label', {}, 'Without defaults', this.written));
    this.element = el('div', {}, card('State', this.state), access.mayOperate ? this.reload() : null,
      card('In force', form, this.result));
    this.load();
    setInterval(() => document.hidden || this.load(), 10_000);
  }

  update() {
    // It changes by reloads only, and those are rare.
  }

  async load() {
    try {
      const answer = await ask('/api/configuration');
      this.entries = answer.entries;
      this.state.replaceChildren(
        facts([['In force', `since ${moment(answer.inForceSince)}, ${age(answer.inForceSince)}`],
          ['A newer one', answer.staleSince ? el('span', { class: 'bad' }, `was refused at ${moment(answer.staleSince)}`) : null]]),
        mistakes(answer.why));
      this.show();
    } catch (failure) {
      this.state.replaceChildren(el('p', { class: 'notice', role: 'alert' }, failure.message));
    }
  }

  show() {
    if (this.result.contains(document.activeElement)) {
      return; // Somebody scrolls in it by keyboard.
    }
    const text = this.filter.value.trim().toLowerCase();
    const fitting = this.entries.filter((entry) => !(this.written.checked && entry.source === 'default')
      && (!text || [entry.key, entry.value, entry.source].some((part) => part.toLowerCase().includes(text))));
    this.result.replaceChildren(table(`${count(fitting.length)} of ${count(this.entries.length)} keys`,
      ['Key', 'Value', 'Written in'], fitting.map((entry) => [
        el('span', { class: 'mono' }, entry.key), el('span', { class: 'mono long' }, entry.value || '(empty)'),
        el('span', { class: entry.source === 'default' ? 'soft' : null }, entry.source)]), 'No key fits.'));
  }

  reload() {
    this.said = el('div', { id: 'reload', role: 'status' });
    this.look = el('button', { type: 'button', onclick: () => this.preview() }, 'What would a reload change?');
    this.go = el('button', { type: 'button', hidden: true, onclick: () => this.apply() }, 'Reload now');
    return card('Reload', el('p', { class: 'soft' }, 'Reads the file and all that it names again, whole or not at all.'),
      el('div', { class: 'pager' }, this.look, this.go), this.said);
  }

  async preview() {
    const outcome = await this.post('/api/reload?dry-run');
    if (outcome) {
      const nothing = outcome.result === 'unchanged' && outcome.files.length === 0;
      this.said.replaceChildren(el('p', {}, nothing ? 'A reload would change nothing.'
        : outcome.result === 'refused' ? 'A reload would be refused, and all stay as it is.' : 'A reload would change this:'), ...diff(outcome));
      this.go.hidden = outcome.result !== 'applied' && outcome.files.length === 0;
    }
  }

  async apply() {
    const outcome = await this.post('/api/reload');
    this.go.hidden = true;
    if (outcome) {
      this.said.replaceChildren(el('p', {}, { applied: 'Reloaded. This is otherwise now:', unchanged: 'Reloaded; nothing has changed.',
        refused: 'Refused: all stays as it was.', ignored: 'Not done: the gateway is not running.' }[outcome.result]), ...diff(outcome));
      await this.load();
    }
    this.look.focus();
  }

  /** A refusal is an answer like others here. */
  async post(path) {
    this.look.disabled = true;
    this.go.disabled = true;
    try {
      const response = await fetch(path, { method: 'POST' });
      if ([200, 409, 422].includes(response.status)) {
        return await response.json();
      }
      throw new Error((await response.json()).error);
    } catch (failure) {
      this.said.replaceChildren(el('p', { class: 'notice' }, `It could not be asked: ${failure.message}`));
      return null;
    } finally {
      this.look.disabled = false;
      this.go.disabled = false;
    }
  }
}

function diff(outcome) {
  const named = (what) => ['added', 'changed', 'removed']
    .filter((how) => outcome[what][how].length > 0)
    .map((how) => [`${what} ${how}`, outcome[what][how].join(', ')]);
  return [
    facts([...named('profiles'), ...named('relays'), ['files with other content', outcome.files.join(', ')]]),
    outcome.keys.length === 0 ? null : table('Keys with another value', ['Key', 'Before', 'After'], outcome.keys.map((one) => [
      el('span', { class: 'mono' }, one.key), el('del', { class: 'mono' }, one.before ?? '–'), el('ins', { class: 'mono' }, one.after ?? '–')]), ''),
    mistakes(outcome.mistakes),
  ].flat().filter((part) => part !== null).map((part) => el('div', {}, part));
}

function mistakes(all) {
  return all.length === 0 ? '' : el('ul', { class: 'events' }, all.map((mistake) => el('li', { class: 'event' },
    el('p', {}, el('strong', { class: mistake.severity === 'error' ? 'bad' : 'warn' }, mistake.severity), ` ${mistake.key}: ${mistake.message}`),
    mistake.origin ? el('p', { class: 'soft' }, `at ${mistake.origin}`) : null,
    mistake.hint ? el('p', { class: 'soft' }, `What to do: ${mistake.hint}.`) : null)));
}
