import assert from 'node:assert/strict';
import { fileNameOf, isDeviceUrn, isProprietary, parseUrn, withoutVersion } from '../../../lib/miot/spec-urn';

const LAMP = 'urn:miot-spec-v2:device:light:0000A001:pretend-lamp1';

/** Of as many characters as asked for. */
const long = (characters: number): string => `${LAMP}:1`.padEnd(characters, '0');

describe('URNs of descriptions', () => {
  it('say what a thing is, in any case', () => {
    assert.deepEqual(parseUrn(`${LAMP}:1`), { namespace: 'miot-spec-v2', kind: 'device', name: 'light' });
    assert.deepEqual(parseUrn('URN:Pretend-Spec:Service:Night-Light:00007801'), {
      namespace: 'pretend-spec',
      kind: 'service',
      name: 'night-light',
    });
    assert.deepEqual(parseUrn('urn:a::b'), { namespace: 'a', kind: '', name: 'b' });
  });

  it('are not everything with colons', () => {
    for (const text of [undefined, null, 7, {}, '', 'urn', 'urn::device:light', 'urn:miot-spec-v2:device', 'urn:miot-spec-v2:device:'])
      assert.equal(parseUrn(text), undefined, String(text));
    for (const text of ['http:miot-spec-v2:device:light', ':miot-spec-v2:device:light', 'urns:a:b:c'])
      assert.equal(parseUrn(text), undefined, text);
  });

  it('are the standard’s or a vendor’s own', () => {
    const isOwn = (namespace: string): boolean => isProprietary({ namespace, kind: 'device', name: 'light' });
    assert.deepEqual(['miot-spec-v2', 'bluetooth-spec', 'pretend-spec', ''].map(isOwn), [false, false, true, true]);
  });

  it('of devices can be a part of a path or of a query', () => {
    for (const urn of [LAMP, `${LAMP}:1`, `${LAMP}:1:0000C801`, LAMP.toUpperCase(), 'urn:a_b.c:device:d-1:2'])
      assert.ok(isDeviceUrn(urn), urn);
    for (const urn of [
      '',
      'urn:miot-spec-v2:service:light:00007801',
      'urn:miot-spec-v2:device:light',
      ...[`${LAMP}/..`, `${LAMP}:..%2f`, `${LAMP}:1&type=2`, `${LAMP}:`, `${LAMP}:1\n`, ` ${LAMP}`, `x${LAMP}`],
    ])
      assert.ok(!isDeviceUrn(urn), urn);
  });

  it('are of a length that a file name can have', () => {
    assert.deepEqual(
      [200, 201].map((characters) => isDeviceUrn(long(characters))),
      [true, false],
    );
    assert.deepEqual(
      [200, 201].map((characters) => parseUrn(long(characters)) !== undefined),
      [true, false],
    );
  });

  it('are the same device’s whatever the version', () => {
    for (const urn of [LAMP, `${LAMP}:1`, `${LAMP}:2`, `${LAMP}:2:0000C801`]) assert.equal(withoutVersion(urn), LAMP);
    assert.equal(withoutVersion('urn:a:device'), 'urn:a:device');
  });

  it('become names of files without colons', () => {
    assert.equal(fileNameOf(`${LAMP}:1`), 'urn_miot-spec-v2_device_light_0000A001_pretend-lamp1_1');
  });
});
