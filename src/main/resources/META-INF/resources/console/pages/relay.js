import { bytes, card, count, el, facts, sum, table, words } from '../dom.js';
import { RateChart } from '../chart.js';

/** One relay: where it listens, its upstreams, its bytes, how its connections ended and how long its handshakes took. */
export class Page {
  constructor({ history, subject }) {
    this.name = subject;
    this.history = history;
    const of = (direction) => (overview) => this.find(overview)?.[direction] ?? 0;
    this.picks = [of('bytesIn'), of('bytesOut')];
    this.chart = new RateChart(history, this.picks);
    this.facts = el('div');
    this.upstreams = el('div');
    this.closed = el('div');
    this.latency = el('div');
    this.missing = el('p', { class: 'notice', hidden: true }, 'There is no relay of this name.');
    this.element = el('div', {}, this.missing, el('div', { class: 'grid' },
      card('Now', this.facts), card('Payload', this.chart.element), card('Upstreams', this.upstreams),
      card('How connections ended', this.closed), card('Time of handshakes', this.latency)));
  }

  find(overview) {
    return overview.relays.find((relay) => relay.name === this.name);
  }

  update(overview) {
    const relay = this.find(overview);
    this.missing.hidden = relay !== undefined;
    if (!relay) {
      return;
    }
    this.chart.update();
    const [inRate, outRate] = this.picks.map((pick) => `${bytes(this.history.rate(pick))} a second`);
    this.facts.replaceChildren(facts([
      ['Listens on', relay.listening ?? 'does not listen'],
      ['Clients meet', relay.listenProfile ? `profile ${relay.listenProfile}` : 'plain TCP'],
      ['Upstreams get', relay.connectProfile ? `profile ${relay.connectProfile}` : 'plain TCP'],
      ['Open connections', `${count(relay.active)} of at most ${count(relay.limit)}`],
      ['In', `${bytes(relay.bytesIn)}, ${inRate}`],
      ['Out', `${bytes(relay.bytesOut)}, ${outRate}`],
    ]));
    put(this.upstreams, table('By checks and connections; failed attempts since the start',
      ['Address', 'State', '#Connections', '#Failed', 'Reasons'],
      relay.upstreams.map((upstream) => {
        const failures = relay.dialFailures[upstream.address] ?? {};
        const reasons = Object.keys(failures).filter((reason) => failures[reason] > 0);
        return [upstream.address, this.state(upstream), { number: count(upstream.connections) }, { number: count(sum(failures)) },
          reasons.map(words).join(', ') || '–'];
      }), 'There is none.'));
    put(this.closed, table('Since the start', ['Reason', '#Connections'],
      Object.entries(relay.closed).sort((a, b) => b[1] - a[1])
        .map(([reason, number]) => [words(reason), { number: count(number) }]), 'No connection has ended yet.'));
    this.showLatency(overview, relay);
  }

  state(upstream) {
    const up = upstream.up ? el('span', { class: 'good' }, 'up') : el('span', { class: 'bad' }, 'down');
    return upstream.drained ? [up, el('span', { class: 'warn' }, ', drained')] : up;
  }

  showLatency(overview, relay) {
    const sides = overview.handshakes.filter((one) =>
      (one.side === 'server' && one.profile === relay.listenProfile)
      || (one.side === 'client' && one.profile === relay.connectProfile));
    const rows = sides.map((one) => {
      const all = one.full + one.resumed;
      return [one.side === 'server' ? `Clients, profile ${one.profile}` : `Upstreams, profile ${one.profile}`,
        { number: count(all) }, { number: all === 0 ? '–' : `${((1000 * one.seconds) / all).toFixed(1)} ms` },
        { number: within(one.buckets, all, 0.5) }, { number: within(one.buckets, all, 0.95) }];
    });
    put(this.latency, table('Of all relays with the profile, since the start', ['Side', '#Finished', '#Mean', '#Half within', '#95 % within'],
      rows, 'This relay has no TLS.'));
  }
}

/** The bound under which that share of all handshakes was. */
function within(buckets, all, share) {
  if (all === 0) {
    return '–';
  }
  const bucket = buckets.find((one) => one.count >= share * all);
  return bucket ? `${Number((1000 * bucket.atMost).toPrecision(3))} ms` : 'longer';
}

/** A focused region keeps its focus. */
function put(box, content) {
  const focused = box.contains(document.activeElement);
  box.replaceChildren(content);
  if (focused) {
    box.querySelector('.scroll')?.focus();
  }
}
