/** Device descriptions and their translations, as their public site has them (miot-cloud.md §4.1). */

import { json, type Reply } from './reply';
import { definitionOf, definitions } from './specs';
import { toInstance, toTranslations } from './specs/definition';

// 2023-11-14: the same in every run, so that what is cached stays comparable.
const RELEASED_S = 1_700_000_000;

export const specPaths = ['/miot-spec-v2/instance', '/miot-spec-v2/instances', '/instance/v2/multiLanguage'] as const;

export function answerSpec(path: (typeof specPaths)[number], query: URLSearchParams): Reply {
  if (path === '/miot-spec-v2/instances') {
    const isKnown = ['all', 'released'].includes(query.get('status') ?? 'released');
    const instances = definitions.map(({ model, urn }) => ({ model, version: 1, type: urn, status: 'released', ts: RELEASED_S }));
    return json({ instances: isKnown ? instances : [] });
  }
  const definition = definitionOf(query.get(path === '/miot-spec-v2/instance' ? 'type' : 'urn') ?? '');
  if (definition === undefined) return json({ status: 404, error: 'Not Found' }, 404);
  return json(path === '/miot-spec-v2/instance' ? toInstance(definition) : { data: toTranslations(definition) });
}
