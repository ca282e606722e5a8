/** What a fault is: something that goes wrong on purpose, what it was done to, and what must be true afterwards. */

export interface Scale {
  /** The long run: more of everything, and the faults that take their time. */
  readonly isLong: boolean;
}

/** What became of the commands or reports of one fault. */
export interface Line {
  readonly of: 'commands' | 'toggles' | 'tones' | 'removals' | 'reports' | 'clicks' | 'values' | 'devices' | 'starts' | 'deploys' | 'hours';
  readonly tried: number;
  /** Said to be done, or said by a device, and without effect here. */
  readonly lost: number;
  /** With an effect more than once. */
  readonly duplicated: number;
  /** Ended with an error that says so: nobody believes that it worked. */
  readonly told: number;
  /** Figures beside the four, for people. */
  readonly note?: string;
  /** What should be true and is not; a line without them is well. */
  readonly missed: readonly string[];
}

export interface Skipped {
  readonly skipped: string;
}

export interface Fault {
  /** Short, for the command line: `--only loss-30`. */
  readonly id: string;
  readonly title: string;
  /** Takes too long for `npm test`. */
  readonly isOnlyLong?: boolean;
  run(scale: Scale): Promise<readonly Line[] | Skipped>;
}

/** Counts while a fault runs. */
export class Tally {
  tried = 0;
  lost = 0;
  duplicated = 0;
  readonly #codes = new Map<string, number>();

  get told(): number {
    return [...this.#codes.values()].reduce((sum, count) => sum + count, 0);
  }

  /** An error that says that a command did not work. */
  tell(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : `no code: ${String(error)}`;
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }

  /** "3 TIMEOUT, 1 PORT_CLOSED"; '' where nothing was told. */
  get codes(): string {
    return [...this.#codes].map(([code, count]) => `${count} ${code}`).join(', ');
  }

  /** The line of it. Nothing may be lost or come twice, whatever the fault; `claims` are what must be true besides. */
  line(of: Line['of'], claims: Readonly<Record<string, boolean>> = {}, note = ''): Line {
    const { tried, lost, duplicated, told, codes } = this;
    const all = { 'none is lost': lost === 0, 'none has its effect twice': duplicated === 0, 'something was tried': tried > 0, ...claims };
    const missed = Object.entries(all).flatMap(([claim, isTrue]) => (isTrue ? [] : [claim]));
    return { of, tried, lost, duplicated, told, missed, note: [codes, note].filter((part) => part !== '').join('; ') };
  }
}

/** One line of print, or two where something is missed. */
export function printed(title: string, { of, tried, lost, duplicated, told, note, missed }: Line): string {
  const figures = `${tried} ${of}, ${lost} lost, ${duplicated} duplicated, ${told} told`;
  const said = `${missed.length === 0 ? 'ok    ' : 'MISSED'} ${title}: ${figures}${note ? ` (${note})` : ''}`;
  return [said, ...missed.map((claim) => `       not true: ${claim}`)].join('\n');
}
