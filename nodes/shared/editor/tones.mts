/** The tones of a gateway as a list: by number, with their translated names. */

import { ringtones } from '../../../lib/devices/ringtones';
import type { Option } from './combo.mts';

export function toneOptions(words: Words): Option[] {
  return [
    { value: '', label: words('tone.fromMessage') },
    ...ringtones.map(({ id, name, key }) => ({
      value: String(id),
      label: `${id} · ${words(`tone.${key}`, { defaultValue: name })}`,
      keywords: `${name} ${key}`,
    })),
  ];
}
