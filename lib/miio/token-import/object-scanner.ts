/**
 * Finds the objects of JSON in a text that is not JSON as a whole, and may end or break off anywhere. Gives their own texts and numbers,
 * innermost first, and now and then nothing: a long text that holds no object must not keep everybody else waiting.
 */

type Fields = Map<string, string>;

interface Open {
  /** Undefined until it has one. */
  fields: Fields | undefined;
  name: string | undefined;
  /** Behind the colon. */
  isValue: boolean;
}

/** Deeper than any list of devices; what is left open by a broken line must not grow for ever. */
const DEEPEST = 32;
/** Longer texts are no field of a device. */
const LONGEST_VALUE = 1024;
/** A few milliseconds. */
const STEPS_PER_TURN = 20_000;

/** One step of the scanner: a text on one line, a number or word, a mark, or a new line with what it begins with. */
const STEP = /"((?:[^"\\\n\r]|\\.){0,65536})("?)|[{}[\],:]|-?\d[\d.eE+-]{0,64}|true|false|null|\n[ \t\r]*/g;
const OUTSIDE = /\{/g;
/** How a line begins that goes on with an object, rather than with the time of a new entry. */
const CONTINUED = /^(["{}[\],:]|(-?\d[\d.eE+-]*|true|false|null)[ \t\r]*(,|\}|\]|$|\n))/;

export class ObjectScanner {
  readonly #text: string;
  readonly #open: Open[] = [];
  /** Ended, and not given yet. */
  #ended: Fields[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Without those that have no field. Undefined: time for something else. */
  *objects(): Generator<ReadonlyMap<string, string> | undefined> {
    let position = 0;
    for (let steps = 1; ; steps++) {
      const pattern = this.#open.length === 0 ? OUTSIDE : STEP;
      pattern.lastIndex = position;
      const step = pattern.exec(this.#text);
      if (step === null) break;
      position = step.index + step[0].length;
      this.#take(step, position);
      if (this.#ended.length > 0) yield* this.#hand();
      if (steps % STEPS_PER_TURN === 0) yield undefined;
    }
    this.#breakOff();
    yield* this.#hand();
  }

  #hand(): readonly Fields[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  #take([step, content, end]: RegExpExecArray, position: number): void {
    if (step === '{') this.#begin();
    else if (step === '}') this.#finish(this.#open.pop());
    else if (step.startsWith('\n')) {
      if (!CONTINUED.test(this.#text.slice(position, position + 128))) this.#breakOff();
    } else if (content !== undefined) {
      if (end === '') this.#breakOff();
      else this.#string(content);
    } else this.#mark(step);
  }

  #begin(): void {
    this.#settle();
    this.#open.push({ fields: undefined, name: undefined, isValue: false });
    if (this.#open.length > DEEPEST) this.#finish(this.#open.shift());
  }

  #finish(object: Open | undefined): void {
    if (object?.fields !== undefined) this.#ended.push(object.fields);
  }

  /** What was read of the objects that are open is all there is. */
  #breakOff(): void {
    while (this.#open.length > 0) this.#finish(this.#open.pop());
  }

  #string(content: string): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    if (current.isValue) this.#value(unescaped(content));
    else current.name = content;
  }

  #mark(step: string): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    if (step === ':') current.isValue = current.name !== undefined;
    else if (step === ',' || step === '[' || step === ']') this.#settle();
    else if (current.isValue) this.#value(step === 'null' ? '' : step);
  }

  #value(value: string): void {
    const current = this.#open.at(-1);
    if (current?.name !== undefined && value.length <= LONGEST_VALUE) {
      current.fields ??= new Map();
      current.fields.set(current.name, value);
    }
    this.#settle();
  }

  #settle(): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    current.name = undefined;
    current.isValue = false;
  }
}

function unescaped(content: string): string {
  if (!content.includes('\\')) return content;
  try {
    return String(JSON.parse(`"${content}"`));
  } catch {
    return content;
  }
}
