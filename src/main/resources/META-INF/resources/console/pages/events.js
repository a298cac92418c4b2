import { ask, el, moment, relayLink, time, words } from '../dom.js';

const KEPT = 200;

/** For handshakes it depends on the side. */
const WORDS = { upstream_not_reached: 'upstream not reached', connection_refused: 'beyond a limit', upstream_changed: 'upstream',
  reloaded: 'configuration read again' };

/** What is no fault. */
const GOOD = ['up', 'applied', 'unchanged'];

/** What went wrong or changed lately, newest first. Asked for only when there is something new. */
export class Page {
  constructor() {
    this.last = 0;
    this.asking = false;
    this.events = [];
    this.list = el('ol', { class: 'events' });
    this.filter = el('input', { type: 'search', autocomplete: 'off' });
    this.filter.addEventListener('input', () => this.show());
    this.none = el('p', { class: 'soft' }, 'Nothing was refused, and every upstream was reached.');
    this.element = el('div', {},
      el('form', { role: 'search', onsubmit: (event) => event.preventDefault() },
        el('label', {}, 'Reason, relay, peer or text', this.filter)),
      el('section', { class: 'card', 'aria-label': 'Refusals, upstreams, reloads' }, this.none, this.list));
  }

  async update(overview) {
    if (overview.lastEvent === this.last || this.asking) {
      return;
    }
    this.asking = true;
    try {
      // Numbers start anew with the gateway.
      const after = overview.lastEvent < this.last ? 0 : this.last;
      const answer = await ask(`/api/events?after=${after}&limit=${KEPT}`);
      this.events = (after === 0 ? answer.events : [...answer.events, ...this.events]).slice(0, KEPT);
      this.last = answer.last;
      this.show();
    } catch {
      // The next overview asks again.
    } finally {
      this.asking = false;
    }
  }

  show() {
    const text = this.filter.value.trim().toLowerCase();
    const fitting = this.events.filter((event) => !text || [event.reason, event.relay, event.peer, event.detail, event.profile]
      .some((value) => value?.toLowerCase().includes(text) || words(value ?? '').includes(text)));
    this.none.hidden = fitting.length > 0;
    this.none.textContent = this.events.length > 0 ? 'No event fits.' : 'Nothing was refused, and every upstream was reached.';
    this.list.replaceChildren(...fitting.map((event) => this.entry(event)));
  }

  entry(event) {
    const side = WORDS[event.kind] ?? (event.side === 'server' ? 'client refused' : 'upstream refused');
    return el('li', { class: 'event' },
      el('p', {}, el('time', { datetime: event.at, title: moment(event.at), class: 'soft' }, time(event.at)), ' ',
        el('strong', { class: GOOD.includes(event.reason) ? 'good' : 'bad' }, words(event.reason)), ` · ${side}`,
        event.relay ? [' · ', relayLink(event.relay)] : '',
        event.profile ? ` · profile ${event.profile}` : '', event.peer ? ` · ${event.peer}` : '',
        event.openssl ? ` · OpenSSL ${event.openssl}` : ''),
      el('p', {}, event.detail),
      event.hint ? el('p', { class: 'soft' }, `What to do: ${event.hint}.`) : null);
  }
}
