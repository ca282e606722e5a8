/// <reference path="./red.d.ts" />
/** Moments for people, in the language of the editor: "24 Nov 2026, 10:15 (in 2 days)", "9:05" left. */

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** '–' for no moment. */
export function momentText(iso: string | null, now = Date.now()): string {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return '–';
  const day = formatOf((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })).format(at);
  return `${day} (${relative((at - now) / 1_000)})`;
}

/** Minutes and seconds until a moment; '' when it has passed. */
export function countdown(until: number, now = Date.now()): string {
  const seconds = Math.ceil((until - now) / 1_000);
  if (seconds <= 0) return '';
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`;
}

function relative(seconds: number): string {
  const format = formatOf((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const size = Math.abs(seconds);
  if (size < MINUTE) return format.format(Math.round(seconds), 'second');
  if (size < HOUR) return format.format(Math.round(seconds / MINUTE), 'minute');
  if (size < 2 * DAY) return format.format(Math.round(seconds / HOUR), 'hour');
  return format.format(Math.round(seconds / DAY), 'day');
}

/** The editor's language may be one the browser does not know. */
function formatOf<Format>(make: (language: string) => Format): Format {
  try {
    return make(RED.i18n.lang());
  } catch {
    return make('en-US');
  }
}
