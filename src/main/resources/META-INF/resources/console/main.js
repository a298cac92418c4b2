// Finds out which page this is, and keeps it up to date.
import { follow, History } from './live.js';
import { ask, el } from './dom.js';

const PAGES = {
  '': ['Overview', 'overview'],
  relays: ['Relay', 'relay'],
  connections: ['Connections', 'connections'],
  profiles: ['Profiles', 'profiles'],
  events: ['Events', 'events'],
  configuration: ['Configuration', 'configuration'],
};

const STATES = {
  live: ['good', 'live'],
  polling: ['warn', 'asking every two seconds'],
  lost: ['bad', 'the gateway does not answer'],
};

const [, , section = '', name = ''] = location.pathname.split('/');
const [title, file] = PAGES[section] ?? PAGES[''];
const subject = decodeURIComponent(name);

document.title = `${subject || title} · Sallyport`;
document.getElementById('title').textContent = subject ? `${title} ${subject}` : title;
for (const link of document.querySelectorAll('nav a')) {
  if (link.pathname.split('/')[2] === (section || undefined)) {
    link.setAttribute('aria-current', 'page');
  }
}

let shown = '';
function say(state) {
  // Only when it changes: a screen reader would read it out each second.
  if (state !== shown) {
    shown = state;
    const [look, text] = STATES[state];
    document.querySelector('#live .dot').className = `dot ${look}`;
    document.getElementById('live-text').textContent = text;
  }
}

const main = document.getElementById('page');
const history = new History();

function sayWho(access) {
  const who = access.identity ?? (access.mayOperate ? 'may operate' : 'may view');
  const out = el('button', { type: 'button', onclick: async () => {
    await fetch('/console/logout', { method: 'POST', redirect: 'manual' });
    location.assign('/console/login');
  } }, 'Sign out');
  document.getElementById('who').append(who, access.by === 'sign_in' ? out : '');
}

try {
  const access = await ask('/api/access');
  if (access.by !== 'loopback') {
    sayWho(access);
  }
  const { Page } = await import(`./pages/${file}.js`);
  const page = new Page({ history, subject, access });
  main.append(page.element);
  follow((overview) => {
    history.add(overview);
    page.update(overview);
  }, say);
} catch (failure) {
  main.append(el('p', { class: 'notice', role: 'alert' }, `This page can't be shown: ${failure.message}`));
}
