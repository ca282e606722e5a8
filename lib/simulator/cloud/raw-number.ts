/**
 * Numbers of a JSON text as they were written. A client id has 19 digits and stands beyond 2^53: whoever parses it
 * as a number compares something else (miot-cloud.md §0 fact 3).
 */

/** The digits of a member of the outermost object; undefined where it is absent, text, or no plain whole number. `text` must be valid JSON. */
export function rawNumber(text: string, member: string): string | undefined {
  let depth = 0;
  let key: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth !== 1) continue;
    else if (token === ',') key = undefined;
    else if (token === ':') continue;
    else if (key === undefined) key = token.startsWith('"') ? (JSON.parse(token) as string) : token;
    else if (key === member) return /^\d+$/.test(token) ? token : undefined;
  }
  return undefined;
}
