/** Small charts of numbers: what arrived since the tab was opened. Bounded in memory; drawn as one line of SVG. */

import { setText } from './dom.mts';

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Enough for any width a sidebar has. */
const MOST_SAMPLES = 120;
const [WIDTH, HEIGHT] = [60, 16];
/** Room for the thickness of the line and the dot at its end. */
const MARGIN = 2;
const SVG = 'http://www.w3.org/2000/svg';

export class Series {
  readonly #samples: Sample[] = [];

  add(value: number, at: number): void {
    const [before, last] = this.#samples.slice(-2);
    // A level stretch needs its two ends only.
    if (last?.value === value && before?.value === value) this.#samples.pop();
    this.#samples.push({ at, value });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  get length(): number {
    return this.#samples.length;
  }

  get range(): { readonly min: number; readonly max: number } {
    const values = this.#samples.map(({ value }) => value);
    return { min: Math.min(...values), max: Math.max(...values) };
  }

  /** Corners of the line, oldest first, in the coordinates of the drawing. A level line runs through the middle. */
  points(): readonly (readonly [x: number, y: number])[] {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return [];
    const { min, max } = this.range;
    const time = last.at - first.at;
    return this.#samples.map(({ at, value }) => [
      round(time === 0 ? WIDTH - MARGIN : MARGIN + ((at - first.at) / time) * (WIDTH - 2 * MARGIN)),
      round(max === min ? HEIGHT / 2 : HEIGHT - MARGIN - ((value - min) / (max - min)) * (HEIGHT - 2 * MARGIN)),
    ]);
  }
}

export interface Chart {
  readonly element: SVGSVGElement;
  /** Draws a series; what it says goes to those who cannot see it. */
  draw(series: Series | undefined, text: string): void;
}

export function makeChart(): Chart {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'polyline');
  const dot = document.createElementNS(SVG, 'circle');
  const title = document.createElementNS(SVG, 'title');
  svg.setAttribute('class', 'lumiot-chart lumiot-empty');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('role', 'img');
  dot.setAttribute('r', '1.6');
  svg.append(title, line, dot);
  return {
    element: svg,
    draw(series, text) {
      const points = series?.points() ?? [];
      const end = points.at(-1);
      svg.classList.toggle('lumiot-empty', end === undefined);
      svg.setAttribute('aria-hidden', String(end === undefined));
      if (end === undefined) return;
      setText(title, text);
      line.setAttribute('points', points.map((point) => point.join(',')).join(' '));
      dot.setAttribute('cx', String(end[0]));
      dot.setAttribute('cy', String(end[1]));
    },
  };
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
