/** Narrows what came from outside: parsed JSON, and whatever was thrown. */

/** Undefined for everything that is no object with names. */
export function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** The JSON object that a text holds; undefined where it holds none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Text with something in it. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
