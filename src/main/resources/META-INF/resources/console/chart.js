// A line chart of rates over the last two minutes. For those who don't see it, its newest values are its name.
import uPlot from '/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import { bytes, el } from './dom.js';

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class RateChart {
  constructor(history, picks) {
    this.history = history;
    this.picks = picks;
    this.box = el('div', { class: 'chart', role: 'img', 'aria-label': 'No data yet' });
    this.element = el('div', {},
      el('ul', { class: 'legend' },
        el('li', {}, el('i', { class: 'of-in' }), 'in, from clients'),
        el('li', {}, el('i', { class: 'of-out' }), 'out, to clients')),
      this.box);
    const again = () => this.draw();
    new ResizeObserver(() => this.plot && this.plot.setSize(this.size())).observe(this.box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  }

  size() {
    return { width: Math.max(200, this.box.clientWidth), height: 200 };
  }

  draw() {
    this.plot?.destroy();
    const axis = { stroke: color('--soft'), grid: { stroke: color('--grid'), width: 1 }, ticks: { show: false } };
    this.plot = new uPlot({
      ...this.size(),
      cursor: { show: false },
      select: { show: false },
      legend: { show: false },
      scales: { y: { range: (plot, low, high) => [0, Math.max(1000, high * 1.1)] } },
      axes: [
        { ...axis, values: (plot, ticks) => ticks.map((tick) => new Date(tick * 1000).toLocaleTimeString('en-GB')), space: 90 },
        { ...axis, values: (plot, ticks) => ticks.map((tick) => `${bytes(tick)}/s`), size: 80 },
      ],
      series: [
        {},
        // Wider, so that it is seen where both are equal.
        { stroke: color('--in'), width: 5, points: { show: false } },
        { stroke: color('--out'), width: 2, points: { show: false } },
      ],
    }, this.history.series(...this.picks), this.box);
  }

  update() {
    if (this.plot) {
      this.plot.setData(this.history.series(...this.picks));
    } else {
      this.draw();
    }
    const [inRate, outRate] = this.picks.map((pick) => `${bytes(this.history.rate(pick))} a second`);
    this.box.setAttribute('aria-label', `Payload over the last two minutes: now ${inRate} in, ${outRate} out`);
  }
}
