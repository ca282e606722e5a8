/** Devices whose model the gateway does not know: what their fields may safely be taken for (lumi-lan.md §3.1). */

import assert from 'node:assert/strict';
import { channelsOf, findDefinition, isWritable, resolveDefinition, unknownDefinition } from '../../../lib/devices';
import type { Family } from '../../../lib/home/device';

type Row = readonly [fields: Record<string, unknown>, family: Family, channels?: number];

const shapes: readonly Row[] = [
  [{ voltage: 3600, channel_0: 'off' }, 'switch', 1],
  [{ channel_0: 'on', channel_1: 'off' }, 'switch', 2],
  [{ channel_0: 'on', channel_1: 'off', channel_2: 'off' }, 'switch', 3],
  [{ voltage: 3600, status: 'on', inuse: '1', load_power: '9.57' }, 'plug', 1],
  [{ temperature: '2275', humidity: '4812' }, 'environment'],
  [{ temperature: '2275', humidity: '4812', pressure: '99310' }, 'environment'],
  [{ humidity: '4812' }, 'environment'],
  [{ no_motion: '120' }, 'motion'],
  [{ lux: '40' }, 'motion'],
  [{ status: 'motion' }, 'motion'],
  [{ no_close: '60' }, 'contact'],
  [{ window_status: 'open' }, 'contact'],
  [{ status: 'leak' }, 'leak'],
  [{ curtain_level: '65' }, 'curtain'],
  [{ curtain_level: '65', status: 'open' }, 'curtain'],
  [{ psw_verified: '131074' }, 'lock'],
  [{ cube_status: 'flip90' }, 'cube'],
  [{ final_tilt_angle: '175' }, 'vibration'],
  [{ dual_channel: 'both_click' }, 'button'],
  [{ status: 'click' }, 'button'],
  [{ rgb: 0, illumination: 352 }, 'gateway'],
];

describe('a device without a model', () => {
  for (const [fields, family, channels = 0] of shapes) {
    it(`with ${JSON.stringify(fields)} is a ${family}`, () => {
      const definition = resolveDefinition('', fields);
      assert.equal(definition.family, family);
      assert.equal(channelsOf(definition), channels);
      assert.equal(definition.uncertain, true);
      assert.deepEqual(definition.models, []);
    });
  }

  it('stays unknown where its fields could mean several things', () => {
    const ambiguous = [
      {},
      { voltage: 3000 },
      { status: 'open' },
      { status: 'on' },
      { channel_0: 'click' },
      { alarm: '0', density: '0' },
      { temperature: 'abc' },
    ];
    for (const fields of ambiguous) assert.equal(resolveDefinition(' ', fields), unknownDefinition, JSON.stringify(fields));
    assert.equal(resolveDefinition(''), unknownDefinition);
  });

  it('can be switched once it is taken for a switch', () => {
    assert.ok(isWritable(resolveDefinition('', { channel_0: 'off' }), 'on'));
  });
});

describe('a device with a model', () => {
  it('is what its model says, whatever its fields look like', () => {
    assert.equal(resolveDefinition('lumi.plug', { temperature: '2275' }), findDefinition('plug'));
  });

  it('is never guessed when nobody has described the model', () => {
    assert.equal(resolveDefinition('no.such.model', { channel_0: 'on' }), unknownDefinition);
  });
});
