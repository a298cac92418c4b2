import { ask, bytes, card, count, el, long, relayLink, table, time } from '../dom.js';

const LIMIT = 50;
const SORTS = [
  ['-opened', 'newest first'], ['opened', 'oldest first'], ['-bytes', 'most bytes first'],
  ['client', 'by client'], ['relay', 'by relay'], ['state', 'by state'],
];

/** One page of the open connections: the gateway filters, sorts and cuts, so that ten thousand cost no more than fifty. */
export class Page {
  constructor({ access }) {
    this.mayClose = access.mayOperate;
    this.offset = 0;
    this.search = el('input', { type: 'search', autocomplete: 'off', maxlength: 100 });
    this.sort = el('select', {}, SORTS.map(([value, text]) => el('option', { value }, text)));
    this.relay = el('select', {}, el('option', { value: '' }, 'all'));
    this.result = el('div', { id: 'result' });
    this.said = el('p', { role: 'status' });
    this.range = el('p', {});
    this.back = el('button', { type: 'button', onclick: () => this.turn(-LIMIT) }, 'Previous page');
    this.next = el('button', { type: 'button', onclick: () => this.turn(LIMIT) }, 'Next page');
    const form = el('form', { role: 'search', onsubmit: (event) => { event.preventDefault(); this.first(); } },
      el('label', {}, 'Client, name, identity, cipher or state', this.search),
      el('label', {}, 'Relay', this.relay),
      el('label', {}, 'Order', this.sort));
    let typing = 0;
    this.search.addEventListener('input', () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.first(), 250);
    });
    this.sort.addEventListener('change', () => this.first());
    this.relay.addEventListener('change', () => this.first());
    this.element = el('div', {}, form, this.said, card('Open now', this.result,
      el('div', { class: 'pager' }, this.back, this.next, this.range)));
    this.relays = '';
    this.withTls = new Set();
  }

  update(overview) {
    const names = overview.relays.map((relay) => relay.name);
    this.withTls = new Set(overview.relays.filter((relay) => relay.listenProfile).map((relay) => relay.name));
    if (this.relays !== names.join()) {
      this.relays = names.join();
      const chosen = this.relay.value;
      this.relay.replaceChildren(el('option', { value: '' }, 'all'), ...names.map((name) => el('option', { value: name }, name)));
      this.relay.value = names.includes(chosen) ? chosen : '';
    }
    // What someone is about to press must not move away under the finger.
    if (!document.hidden && !this.result.contains(document.activeElement) && !this.result.matches(':hover')) {
      this.load();
    }
  }

  first() {
    this.offset = 0;
    this.load();
  }

  turn(by) {
    this.offset = Math.max(0, this.offset + by);
    this.load();
  }

  async load() {
    const query = new URLSearchParams({ sort: this.sort.value, limit: LIMIT, offset: this.offset });
    if (this.relay.value) {
      query.set('relay', this.relay.value);
    }
    if (this.search.value.trim()) {
      query.set('search', this.search.value.trim());
    }
    const asked = query.toString();
    this.asked = asked;
    try {
      const answer = await ask(`/api/connections?${query}`);
      if (this.asked === asked) {
        this.show(answer);
      }
    } catch (failure) {
      this.range.textContent = failure.message;
    }
  }

  show({ total, matching, connections }) {
    if (connections.length === 0 && this.offset > 0 && matching > 0) {
      this.first();
      return;
    }
    const rows = connections.map((one) => [
      one.client,
      relayLink(one.relay),
      one.state,
      this.tls(one),
      one.clientTls?.identity ? long(one.clientTls.identity) : '–',
      one.upstream,
      { number: bytes(one.bytesIn) },
      { number: bytes(one.bytesOut) },
      time(one.openedAt),
      ...(this.mayClose ? [el('button', { type: 'button', 'aria-label': `Close the connection of ${one.client}`,
        onclick: (event) => this.close(one, event.currentTarget) }, 'Close')] : []),
    ]);
    const left = this.result.querySelector('.scroll')?.scrollLeft ?? 0;
    this.result.replaceChildren(table('Connections that were found',
      ['Client', 'Relay', 'State', 'TLS', 'Identity', 'Upstream', '#In', '#Out', 'Since',
        ...(this.mayClose ? ['Action'] : [])], rows,
      total === 0 ? 'No connection is open.' : 'None of the open connections fits.'));
    const scroll = this.result.querySelector('.scroll');
    if (scroll) {
      scroll.scrollLeft = left;
    }
    this.range.textContent = connections.length === 0
      ? ''
      : `${count(this.offset + 1)} to ${count(this.offset + connections.length)} of ${count(matching)}, ${count(total)} open`;
    this.back.disabled = this.offset === 0;
    this.next.disabled = this.offset + LIMIT >= Math.min(matching, 10_000);
  }

  tls({ clientTls: session, relay }) {
    if (!session) {
      return this.withTls.has(relay) ? 'not finished' : 'plain';
    }
    return long([session.version, session.cipher, session.serverName, session.resumed ? 'resumed' : null]
      .filter((part) => part).join(' '));
  }

  async close(one, button) {
    button.disabled = true;
    try {
      await ask(`/api/connections/${one.id}`, { method: 'DELETE' });
      this.said.textContent = `The connection of ${one.client} is closed.`;
    } catch (failure) {
      this.said.textContent = `The connection of ${one.client}: ${failure.message}`;
    }
    // The button goes with its row, and the focus would go with the button.
    this.search.focus();
    await this.load();
  }
}
