/** Labels of a description in the user's language (miot-cloud.md §4.1). Never needed: what is missing stays as the vendor wrote it. */

import { fieldOf, recordOf, textOf } from './spec-json';

/** Numbers of a service, of something in it, and of the position in a list of values. */
export type LabelKey = readonly [siid: number, kind?: 'property' | 'action' | 'event', id?: number, position?: number];

/** Label in the language asked for; '' where there is none. */
export type Translate = (...key: LabelKey) => string;

/** Used where the language asked for is not there. */
const FALLBACK = 'en';
/** The languages that the vendor files under a country. */
const filedAs: ReadonlyMap<string, string> = new Map([
  ['zh', 'zh_cn'],
  ['zh_hans', 'zh_cn'],
  ['zh_hant', 'zh_tw'],
]);

/** `json` is the answer of the translations endpoint; `language` as browsers write it: 'en-US', 'ru', 'zh-TW'. */
export function translator(json: unknown, language: string | undefined): Translate {
  const data = recordOf(fieldOf(recordOf(json) ?? {}, 'data'));
  if (data === undefined || language === undefined) return () => '';
  const tables = [...new Set([...candidates(language), FALLBACK])].map((name) => tableOf(data, name));
  return (siid, kind, id = 0, position) => {
    const key = [
      `service:${padded(siid)}`,
      ...(kind === undefined ? [] : [`${kind}:${padded(id)}`]),
      // Counted from 0, whatever the values are.
      ...(position === undefined ? [] : [`valuelist:${padded(position)}`]),
    ].join(':');
    for (const table of tables) {
      const label = table === undefined ? '' : textOf(fieldOf(table, key));
      if (label !== '') return label;
    }
    return '';
  };
}

/** 'zh-Hant-TW' is looked for under zh_hant_tw, zh_hant and zh, each where the vendor files it. */
function candidates(language: string): string[] {
  const parts = language.toLowerCase().split(/[-_]/);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('_')).map((name) => filedAs.get(name) ?? name);
}

/** The vendor writes 'zh_cn' and 'nl_NL'; a language without its country takes what there is. */
function tableOf(data: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> | undefined {
  const keys = Object.keys(data);
  const found = keys.find((key) => key.toLowerCase() === name) ?? keys.find((key) => key.toLowerCase().startsWith(`${name}_`));
  return found === undefined ? undefined : recordOf(fieldOf(data, found));
}

function padded(id: number): string {
  return String(id).padStart(3, '0');
}
