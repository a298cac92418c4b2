// The overview, once a second: by WebSocket, and by asking for it where there is none. Both give the same object.

import { ask } from './dom.js';

const POLL = 2000;
const RETRY = 10_000;

/** Calls onOverview with each overview, and onState with 'live', 'polling' or 'lost'. */
export function follow(onOverview, onState) {
  let polling = null;

  async function poll() {
    try {
      onOverview(await ask('/api/overview'));
      onState('polling');
    } catch {
      onState('lost');
    }
  }

  function fallBack() {
    if (polling === null) {
      polling = setInterval(() => document.hidden || poll(), POLL);
      poll();
    }
    setTimeout(connect, RETRY);
  }

  function connect() {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/console/live`);
    socket.addEventListener('message', (message) => {
      clearInterval(polling);
      polling = null;
      onOverview(JSON.parse(message.data));
      onState('live');
    });
    socket.addEventListener('close', fallBack);
  }

  connect();
}

/** Keeps two minutes of what grows, for rates and charts. */
export class History {
  constructor() {
    this.taken = [];
  }

  add(overview) {
    const last = this.taken.at(-1);
    if (last && last.at === overview.at) {
      return;
    }
    this.taken.push(overview);
    if (this.taken.length > 121) {
      this.taken.shift();
    }
  }

  /** How much a number grows in a second, over the last moments; pick takes it out of an overview. */
  rate(pick, over = 3) {
    const newest = this.taken.at(-1);
    const older = this.taken.at(-1 - Math.min(over, this.taken.length - 1));
    return newest === older || !newest ? 0 : between(older, newest, pick);
  }

  /** Points for a chart: seconds since the epoch, and for each pick its rate. */
  series(...picks) {
    const times = [];
    const lines = picks.map(() => []);
    for (let i = 1; i < this.taken.length; i += 1) {
      times.push(Date.parse(this.taken[i].at) / 1000);
      picks.forEach((pick, p) => lines[p].push(between(this.taken[i - 1], this.taken[i], pick)));
    }
    return [times, ...lines];
  }
}

function between(older, newer, pick) {
  const seconds = (Date.parse(newer.at) - Date.parse(older.at)) / 1000;
  return seconds <= 0 ? 0 : Math.max(0, (pick(newer) - pick(older)) / seconds);
}
