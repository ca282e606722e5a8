/** Topics and filters: what matches, and what an account may ask for (miot-cloud.md §3.2). */

/** Whether a topic falls under a filter with `+` and `#`. */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

export function isWellFormed(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter !== '' &&
    !filter.includes('\0') &&
    levels.every((level, index) => (level === '#' ? index === levels.length - 1 : level === '+' || !/[+#]/.test(level)))
  );
}

/** What one account owns. */
export interface Belongings {
  readonly uid: string;
  hasDevice(did: string): boolean;
  hasHome(id: string): boolean;
}

/** Only what belongs to the account, and wildcards only where the vendor takes them: never in place of a device. */
export function isAllowed(filter: string, { uid, hasDevice, hasHome }: Belongings): boolean {
  const [root, id = '', ...rest] = filter.split('/');
  const end = rest.join('/');
  if (root === 'device')
    return (
      hasDevice(id) &&
      (/^up\/(properties_changed|event_occured)\//.test(end) || /^state\/(#|online|offline)$|^g_op\/(rename|hr_change)$/.test(end))
    );
  if (root === 'user') return id === uid && /^g_op\/(bind|unbind)$/.test(end);
  return root === 'home' && hasHome(id) && /^scene\/(rename|delete|edit)$/.test(end);
}

export function isStateWildcard(filter: string): boolean {
  return /^device\/[^/]+\/state\/#$/.test(filter);
}
