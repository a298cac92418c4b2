import { ask, bytes, card, count, date, days, daysLeft, el, long, perSecond, relayLink, sum, table, urgency, words } from '../dom.js';
import { RateChart } from '../chart.js';

const allIn = (overview) => overview.relays.reduce((total, relay) => total + relay.bytesIn, 0);
const allOut = (overview) => overview.relays.reduce((total, relay) => total + relay.bytesOut, 0);
const finished = (overview) => overview.handshakes.reduce((total, one) => total + one.full + one.resumed, 0);

export class Page {
  constructor({ history }) {
    this.history = history;
    this.chart = new RateChart(history, [allIn, allOut]);
    this.figures = el('dl', { class: 'figures' });
    this.unsafe = el('div', { role: 'status' });
    this.relays = el('div');
    this.handshakes = el('div');
    this.refusals = el('div');
    this.certificates = el('div', {}, el('p', { class: 'soft' }, 'Loading'));
    const chart = card('Payload', this.chart.element);
    const relays = card('Relays', this.relays);
    relays.classList.add('wide');
    const certificates = card('Certificates', this.certificates);
    certificates.classList.add('wide');
    this.element = el('div', {}, this.unsafe, this.figures, el('div', { class: 'grid' },
      relays, chart, el('div', { class: 'card' },
        el('h2', {}, 'Handshakes'), this.handshakes, el('h3', {}, 'Refusals by reason'), this.refusals), certificates));
    this.showCertificates();
    setInterval(() => this.showCertificates(), 60_000);
  }

  update(overview) {
    this.chart.update();
    this.showUnsafe(overview.unsafe);
    this.showFigures(overview);
    this.showRelays(overview);
    this.showHandshakes(overview);
  }

  /** Only when it changes: it would be read out each second. */
  showUnsafe(unsafe) {
    const text = JSON.stringify(unsafe);
    if (text !== this.unsafeShown) {
      this.unsafeShown = text;
      this.unsafe.replaceChildren(...Object.entries(unsafe).map(([key, meaning]) =>
        el('p', { class: 'notice danger' }, el('strong', {}, 'Unsafe: '), el('span', { class: 'mono' }, key), ` is set: ${meaning}.`)));
    }
  }

  showFigures(overview) {
    const figure = (name, value, look) => el('div', {}, el('dt', {}, name), el('dd', { class: look }, value));
    this.figures.replaceChildren(
      figure('Health', overview.ready ? 'ready' : overview.phase === 'running' ? 'not ready' : overview.phase,
        overview.ready ? 'good' : 'bad'),
      figure('Open connections', count(overview.connections)),
      figure('In, per second', bytes(this.history.rate(allIn))),
      figure('Out, per second', bytes(this.history.rate(allOut))),
      figure('Handshakes, per second', perSecond(this.history.rate(finished))));
  }

  showRelays(overview) {
    const rate = (name, direction) => bytes(this.history.rate((one) =>
      one.relays.find((relay) => relay.name === name)?.[direction] ?? 0));
    const rows = overview.relays.map((relay) => [
      relayLink(relay.name),
      relay.listening ?? el('span', { class: 'bad' }, 'does not listen'),
      relay.listenProfile ?? 'plain',
      relay.upstreams.length === 0 ? null : relay.upstreams.map((one, i) => [i === 0 ? '' : ', ', one.address,
        one.up ? '' : el('span', { class: 'bad' }, ' down'), one.drained ? el('span', { class: 'warn' }, ' drained') : '']),
      relay.connectProfile ?? 'plain',
      { number: `${count(relay.active)} of ${count(relay.limit)}` },
      { number: `${rate(relay.name, 'bytesIn')}/s` },
      { number: `${rate(relay.name, 'bytesOut')}/s` },
    ]);
    this.put(this.relays, table('Each relay with its rates of the last seconds',
      ['Relay', 'Listens on', 'Profile', 'Upstreams', 'Profile', '#Open', '#In', '#Out'], rows, 'There is no relay.'));
  }

  showHandshakes(overview) {
    const full = overview.handshakes.reduce((total, one) => total + one.full, 0);
    const resumed = overview.handshakes.reduce((total, one) => total + one.resumed, 0);
    const refused = overview.handshakes.reduce((total, one) => total + sum(one.refused), 0);
    const all = full + resumed + refused;
    const parts = [['full', full], ['resumed', resumed], ['refused', refused]];
    const bar = el('div', { class: 'bar', 'aria-hidden': 'true' }, parts.map(([name, number]) => {
      const part = el('span', { class: `of-${name}` });
      part.style.width = `${all === 0 ? 0 : (100 * number) / all}%`;
      return part;
    }));
    const legend = el('ul', { class: 'legend' }, parts.map(([name, number]) =>
      el('li', {}, el('i', { class: `of-${name}` }), `${name} ${count(number)}`)));
    const share = full + resumed === 0 ? 'none yet' : `${Math.round((100 * resumed) / (full + resumed))} %`;
    this.handshakes.replaceChildren(bar, legend, el('p', {}, `Resumed of those that finished: ${share}`));

    const rows = overview.handshakes.flatMap((one) => Object.entries(one.refused).map(([reason, number]) => [
      words(reason), one.profile, one.side === 'server' ? 'client' : 'upstream', { number: count(number) }]));
    rows.sort((a, b) => Number(b[3].number.replaceAll(',', '')) - Number(a[3].number.replaceAll(',', '')));
    this.put(this.refusals, table('Since the start', ['Reason', 'Profile', 'Peer', '#Count'], rows.slice(0, 12), 'None.'));
  }

  async showCertificates() {
    try {
      const { profiles } = await ask('/api/profiles');
      const all = once(profiles.flatMap((profile) => [
        ...profile.chain.map((certificate) => ({ ...certificate, profiles: [profile.name], role: 'own' })),
        ...profile.trusted.map((certificate) => ({ ...certificate, profiles: [profile.name], role: 'trusted' }))]));
      all.sort((a, b) => (a.notAfter < b.notAfter ? -1 : 1));
      const rows = all.slice(0, 50).map((certificate) => {
        const left = daysLeft(certificate.notAfter);
        return [long(certificate.subject || '(no subject)'), certificate.profiles.join(', '), certificate.role, date(certificate.notAfter),
          el('span', { class: urgency(left) }, days(left)), this.track(left)];
      });
      this.certificates.replaceChildren(table('The first to end come first; the bar is the coming year',
        ['Certificate', 'Profiles', 'Role', 'Ends', 'Left', 'Within a year'], rows, 'There is no certificate.'));
    } catch (failure) {
      this.certificates.replaceChildren(el('p', { class: 'bad' }, failure.message));
    }
  }

  track(left) {
    const bar = el('span', { class: urgency(left) });
    bar.style.width = `${Math.min(100, Math.max(0, (100 * left) / 365))}%`;
    return el('div', { class: 'track', 'aria-hidden': 'true' }, bar);
  }

  /** Not while the keyboard is in it: the focus would be lost each second. */
  put(box, content) {
    if (box.contains(document.activeElement) && document.activeElement.tagName === 'A') {
      return;
    }
    const scroll = box.querySelector('.scroll');
    const left = scroll?.scrollLeft ?? 0;
    const focused = scroll !== null && scroll === document.activeElement;
    box.replaceChildren(content);
    const next = box.querySelector('.scroll');
    if (next) {
      next.scrollLeft = left;
      if (focused) {
        next.focus();
      }
    }
  }
}

/** A CA of several profiles is one to renew, and so one line. */
function once(certificates) {
  const byKey = new Map();
  for (const one of certificates) {
    const key = [one.issuer, one.serial, one.role].join();
    const known = byKey.get(key);
    if (known) {
      known.profiles.push(...one.profiles.filter((name) => !known.profiles.includes(name)));
    } else {
      byKey.set(key, one);
    }
  }
  return [...byKey.values()];
}
