import { age, ahead, ask, card, count, counts, date, days, daysLeft, el, facts, long, moment, span, sum, table, urgency, words } from '../dom.js';

/** Each profile: who it is, whom it trusts, what it offers, and how its handshakes went. */
export class Page {
  constructor() {
    this.element = el('div', {}, el('p', { class: 'soft' }, 'Loading'));
    this.counters = new Map();
    this.load();
    setInterval(() => document.hidden || this.load(), 60_000);
  }

  async load() {
    try {
      const { profiles } = await ask('/api/profiles');
      if (this.element.contains(document.activeElement)) {
        return; // Somebody scrolls in it by keyboard.
      }
      this.counters.clear();
      this.element.replaceChildren(...(profiles.length === 0
        ? [el('p', { class: 'soft' }, 'There is no profile: every relay is plain TCP.')]
        : profiles.map((profile) => this.profile(profile))));
      if (this.overview) {
        this.update(this.overview);
      }
    } catch (failure) {
      this.element.replaceChildren(el('p', { class: 'notice', role: 'alert' }, failure.message));
    }
  }

  update(overview) {
    this.overview = overview;
    for (const [name, box] of this.counters) {
      box.replaceChildren(facts(overview.handshakes.filter((one) => one.profile === name).flatMap((one) => [
        [one.side === 'server' ? 'With clients' : 'With upstreams',
          `${count(one.full)} full, ${count(one.resumed)} resumed, ${count(sum(one.refused))} refused`],
      ])));
    }
  }

  profile(profile) {
    const counters = el('div');
    this.counters.set(profile.name, counters);
    const section = card(profile.name,
      profile.unsafeKeyLog ? el('p', { class: 'notice danger' }, el('strong', {}, 'Unsafe: '),
        `the secrets of its connections are written to ${profile.unsafeKeyLog}. Whoever reads that file can read all that they carry.`) : null,
      el('div', { class: 'columns' },
        el('div', {},
          el('h3', {}, 'Its chain'), this.chain(profile.chain),
          el('h3', {}, 'Its trust anchors'), this.anchors(profile),
          el('h3', {}, 'Its CRLs'), this.crls(profile.crls),
          this.ocsp(profile.ocsp)),
        el('div', {},
          el('h3', {}, 'Its policy'), this.policy(profile),
          el('h3', {}, 'Handshakes since the start'), counters,
          el('h3', {}, 'Its sessions'), this.sessions(profile.session))));
    section.id = `profile-${profile.name}`;
    return section;
  }

  policy(profile) {
    return facts([
      ['Used by', profile.usedBy.join(', ') || 'nobody'],
      ['Verifies peers', profile.verify === 'none' ? 'none' : `${profile.verify}, depth ${profile.depth}`],
      ['Protocols', profile.protocols.join(', ')],
      ['Ciphers of TLS 1.2', profile.ciphers],
      ['Groups', profile.groups.join(', ')],
      ['ALPN', profile.alpn.join(', ')],
      ['Certificate file', profile.cert],
      ['Key file', profile.key],
      ['Trusts', profile.ca],
      ['Sends server name', profile.serverName],
      ['Verifies name', profile.verifyName],
    ]);
  }

  anchors(profile) {
    if (profile.trusted.length === 0) {
      return el('p', { class: 'soft' }, profile.ca ? `${profile.ca}: not listed here` : 'none');
    }
    return [el('ul', { class: 'tree' }, profile.trusted.slice(0, 30).map((one) => el('li', {}, this.certificate(one)))),
      profile.trusted.length > 30 ? el('p', { class: 'soft' }, `and ${count(profile.trusted.length - 30)} more`) : null];
  }

  crls(crls) {
    return table('Lists of revoked certificates that it asks', ['Issuer', 'Issued', 'Next', 'Left', '#Revoked'],
      crls.map((crl) => [long(crl.issuer), age(crl.thisUpdate), crl.nextUpdate ? date(crl.nextUpdate) : 'never',
        this.crlLeft(crl), { number: count(crl.revoked) }]), 'None: no list says whether a certificate was revoked.');
  }

  sessions(session) {
    if (!session.enabled) {
      return el('p', { class: 'soft' }, 'Off: every handshake is a full one.');
    }
    const key = session.ticketKeySince
      ? `${age(session.ticketKeySince)}, ${session.ticketKeys ? `from ${session.ticketKeys}` : 'made by this process'}` : 'none';
    return [facts([
      ['Can be resumed for', span(session.timeoutSeconds * 1000)],
      ['Kept now', `${count(session.cached)} of at most ${count(session.cacheSize)}`],
      ['Tickets', session.tickets ? 'given' : 'off'],
      ['Key that seals them', session.tickets ? key : null],
    ]), counts(Object.entries(session.counts).map(([name, number]) => [words(name), count(number)]))];
  }

  /** What clients are shown with its certificate, and what is known of peers; nothing where neither is asked for. */
  ocsp({ staple, peers }) {
    const parts = [];
    if (staple) {
      parts.push(el('h3', {}, 'Its OCSP response, shown to clients'), facts([
        ['Shown', staple.shown ? 'yes' : el('span', { class: 'bad' }, staple.required ? 'no, and clients that keep the rules refuse the certificate without one' : 'no')],
        ['Issued', staple.thisUpdate && age(staple.thisUpdate)],
        ['Out of date', staple.nextUpdate && el('span', { class: share(staple) < 0.25 ? 'warn' : null }, `in ${ahead(staple.nextUpdate)}, at ${moment(staple.nextUpdate)}`)],
        ['Last attempt', staple.failure && el('span', { class: staple.shown ? 'warn' : 'bad' }, `failed: ${staple.failure}`)],
      ]));
    }
    if (peers) {
      const answers = peers.answers.filter((one) => one.count > 0);
      parts.push(el('h3', {}, 'OCSP answers about peers'), facts([
        ['Not knowing', peers.check === 'hard' ? 'hard: the peer is refused' : 'soft: the peer is let in'],
        ['Held now', count(peers.held)],
        ['Oldest issued', peers.oldest && age(peers.oldest)],
        ['Newest issued', peers.newest && age(peers.newest)],
      ]), table('Since the start', ['From', 'Answer', '#Count'],
        answers.map((one) => [one.source === 'staple' ? 'stapled by the peer' : 'responder',
          el('span', { class: ['good', 'revoked'].includes(one.result) ? null : 'warn' }, one.result), { number: count(one.count) }]), 'Nobody was asked yet.'));
    }
    return parts;
  }

  crlLeft(crl) {
    if (!crl.nextUpdate) {
      return '–';
    }
    const left = daysLeft(crl.nextUpdate);
    return el('span', { class: left < 0 ? 'bad' : left < 2 ? 'warn' : 'good' }, days(left));
  }

  /** The issuer above, what it issued below. */
  chain(certificates) {
    if (certificates.length === 0) {
      return el('p', { class: 'soft' }, 'It shows no certificate.');
    }
    const top = certificates.at(-1);
    let tree = null;
    for (const certificate of certificates) {
      tree = el('ul', {}, el('li', {}, this.certificate(certificate), tree));
    }
    return el('ul', { class: 'tree' }, top.subject === top.issuer
      ? [...tree.children]
      : el('li', {}, el('span', { class: 'soft' }, `${top.issuer} (the issuer, not in the file)`), tree));
  }

  certificate(one) {
    const left = daysLeft(one.notAfter);
    return el('span', {}, one.subject || '(no subject)', ' · ', el('span', { class: urgency(left) }, `${days(left)} left`),
      el('span', { class: 'soft' }, ` · ends ${date(one.notAfter)} · serial ${one.serial}`));
  }
}

/** How much is left of a response's time, of 1. */
function share({ thisUpdate, nextUpdate }) {
  return (new Date(nextUpdate) - Date.now()) / Math.max(1, new Date(nextUpdate) - new Date(thisUpdate));
}
