/** What a part of the pretend cloud answers; the server alone puts it on the wire. */

export interface Reply {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain' | 'text/html; charset=utf-8';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(body: unknown, status = 200): Reply {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

/** Success of the API (miot-cloud.md §2.1). */
export function ok(result: unknown): Reply {
  return json({ code: 0, message: 'ok', result });
}

/** HTTP is 200 all the same (miot-cloud.md §2.1). */
export function refused(code: number, message: string): Reply {
  return json({ code, message, result: null });
}

export function html(title: string, content: string, status = 200): Reply {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body><h1>${escapeHtml(title)}</h1>${content}</body></html>\n`;
  const headers = { 'content-security-policy': "default-src 'none'", 'cache-control': 'no-store' };
  return { status, type: 'text/html; charset=utf-8', body, headers };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
