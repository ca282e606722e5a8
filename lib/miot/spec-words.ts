/** How names and labels are made out of what a vendor wrote: fit for flows, unique among their neighbours, never empty. */

/** 'Auto Mode' → 'auto-mode'. '' where no Latin letter or digit is left, as in Chinese. */
export function kebab(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The fourth field of a URN as it may stand in a name: 'pm2.5-density' keeps its dot. */
export function wordOf(urnName: string): string {
  return urnName.replace(/[^a-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
}

/** 'target-position' → 'Target position'. */
export function humanize(word: string): string {
  const text = word.replace(/[-_]+/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Gives each name once: the second of a kind gets `separator` and 2, the third 3. */
export function uniqueNames(separator: string): (wanted: string) => string {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return (wanted) => {
    let count = (counts.get(wanted) ?? 0) + 1;
    let name = count === 1 ? wanted : `${wanted}${separator}${count}`;
    while (taken.has(name)) {
      count++;
      name = `${wanted}${separator}${count}`;
    }
    counts.set(wanted, count);
    taken.add(name);
    return name;
  };
}
