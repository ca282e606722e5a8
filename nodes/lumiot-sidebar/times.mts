/** "3 minutes ago" in the language of the editor. */

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

let format: Intl.RelativeTimeFormat | undefined;

function formatter(): Intl.RelativeTimeFormat {
  if (format === undefined) {
    const options = { style: 'short', numeric: 'always' } as const;
    try {
      format = new Intl.RelativeTimeFormat(RED.i18n.lang(), options);
    } catch {
      format = new Intl.RelativeTimeFormat('en-US', options);
    }
  }
  return format;
}

/** Below a minute it is "just now": seconds that count would only draw the eye. */
export function ago(words: Words, lastSeen: string | null, now = Date.now()): string {
  const at = lastSeen === null ? Number.NaN : Date.parse(lastSeen);
  if (Number.isNaN(at)) return words('seen.never');
  const seconds = Math.max(0, (now - at) / 1_000);
  if (seconds < MINUTE) return words('seen.now');
  if (seconds < HOUR) return formatter().format(-Math.floor(seconds / MINUTE), 'minute');
  if (seconds < DAY) return formatter().format(-Math.floor(seconds / HOUR), 'hour');
  return formatter().format(-Math.floor(seconds / DAY), 'day');
}
