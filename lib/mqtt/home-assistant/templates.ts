/**
 * Templates in Jinja, as Home Assistant fills them in. What is null or missing in a state becomes 'None', which components take for
 * unknown, all but a text that can be set: it would show the word. Keys stand in brackets: 'light:on' is no name, and `value_json.items` would be a method.
 */

/** A text as a template writes it down. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A list of texts as a template writes it down. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

/** How a template reaches a value of the message. */
export function reach(name: string): string {
  return `value_json[${quoted(name)}]`;
}

/** `v` is then the value. */
export function take(name: string): string {
  return `{% set v = ${reach(name)} %}`;
}

/** A number, or 'None'. */
export function numberTemplate(name: string): string {
  return `${take(name)}{{ v if v is number else 'None' }}`;
}

/** Home Assistant keeps no longer state. */
const LONGEST_TEXT = 255;

/** A text, or 'None'. A text that can be set is never unknown: there `none` is ''. */
export function textTemplate(name: string, none: 'None' | '' = 'None'): string {
  return `${take(name)}{{ v[:${LONGEST_TEXT}] if v is string else ${quoted(none)} }}`;
}

/** 'ON', 'OFF' or 'None'. */
export function onOffTemplate(name: string): string {
  return `${take(name)}{{ 'ON' if v is true else 'OFF' if v is false else 'None' }}`;
}

/** One number of an object of numbers, or 'None'. */
export function memberTemplate(name: string, member: string): string {
  return `${take(name)}{{ v[${quoted(member)}] if v is mapping else 'None' }}`;
}

/** The name of a listed number, or 'None'. */
export function listedTemplate(name: string, values: readonly { readonly value: number; readonly name: string }[]): string {
  const table = values.map((one) => `${quoted(String(one.value))}: ${quoted(one.name)}`).join(', ');
  return `${take(name)}{{ {${table}}.get(v | string, 'None') if v is number else 'None' }}`;
}

/** `{"name": value}` for a component that gives its `value`, which stands there as JSON. */
export function commandTemplate(name: string, value = '{{ value | tojson }}'): string {
  return `{${JSON.stringify(name)}: ${value}}`;
}
