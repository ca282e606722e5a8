/** The broken JSON that devices have been seen to send (miio-lan.md §4.3), one kind after the other. */

type Quirk = (text: string) => string;

const quirks: readonly Quirk[] = [
  // Garbage behind the NUL that ends the text.
  (text) => `${text}\0\u0003rest`,
  // A control character inside.
  (text) => text.replace('{', '{\n\u0001'),
  (text) => text.replace(',', ',,'),
  // A number that no JSON has; where there is no 0 to double, a comma.
  (text) => (/"value":0(?=[,}])/.test(text) ? text.replace(/"value":0(?=[,}])/, '"value":00') : text.replace(',', ',,')),
  (text) => `${text}\0\0`,
];

/** The answer in the `turn`-th quirk. An answer that only says "ok" loses that word in its turn. */
export function makeOdd(text: string, turn: number): string {
  const isOk = text.includes('"result":["ok"]');
  if (isOk && turn % 2 === 1) return text.replace('"result":["ok"]', '"result":');
  const quirk = quirks[turn % quirks.length];
  return quirk === undefined ? text : quirk(text);
}
