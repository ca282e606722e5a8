/** Finds the objects of JSON in a text that is not JSON as a whole, and may end or break off anywhere. Gives their own texts and numbers, innermost first. */

type Fields = Map<string, string>;

interface Open {
  readonly fields: Fields;
  name: string | undefined;
  /** Behind the colon. */
  isValue: boolean;
}

/** Deeper than any list of devices; what is left open by a broken line must not grow for ever. */
const DEEPEST = 32;
/** Longer texts are no field of a device. */
const LONGEST_VALUE = 1024;

/** One step of the scanner: a text on one line, a number or word, a mark, or a new line with what it begins with. */
const STEP = /"((?:[^"\\\n\r]|\\.){0,65536})("?)|[{}[\],:]|-?\d[\d.eE+-]{0,64}|true|false|null|\n[ \t\r]*/g;
const OUTSIDE = /\{/g;
/** How a line begins that goes on with an object, rather than with the time of a new entry. */
const CONTINUED = /^(["{}[\],:]|(-?\d[\d.eE+-]*|true|false|null)[ \t\r]*(,|\}|\]|$|\n))/;

export class ObjectScanner {
  readonly #text: string;
  #open: Open[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  *objects(): Generator<ReadonlyMap<string, string>> {
    let position = 0;
    for (;;) {
      const pattern = this.#open.length === 0 ? OUTSIDE : STEP;
      pattern.lastIndex = position;
      const step = pattern.exec(this.#text);
      if (step === null) break;
      position = step.index + step[0].length;
      yield* this.#take(step, position);
    }
    yield* this.#breakOff();
  }

  *#take([step, content, end]: RegExpExecArray, position: number): Generator<Fields> {
    if (step === '{') yield* this.#begin();
    else if (step === '}') yield* this.#finish();
    else if (step.startsWith('\n')) {
      if (!CONTINUED.test(this.#text.slice(position, position + 128))) yield* this.#breakOff();
    } else if (content !== undefined) {
      if (end === '') yield* this.#breakOff();
      else this.#string(content);
    } else this.#mark(step);
  }

  *#begin(): Generator<Fields> {
    this.#settle();
    this.#open.push({ fields: new Map(), name: undefined, isValue: false });
    if (this.#open.length > DEEPEST) {
      const [outermost] = this.#open.splice(0, 1);
      if (outermost !== undefined) yield outermost.fields;
    }
  }

  *#finish(): Generator<Fields> {
    const closed = this.#open.pop();
    if (closed !== undefined) yield closed.fields;
  }

  /** What was read of the objects that are open is all there is. */
  *#breakOff(): Generator<Fields> {
    while (this.#open.length > 0) yield* this.#finish();
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
    if (current?.name !== undefined && value.length <= LONGEST_VALUE) current.fields.set(current.name, value);
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
