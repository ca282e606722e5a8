import assert from 'node:assert/strict';
import { withSubjects } from '../../../lib/home/error-subjects';
import { LumiotError } from '../../../lib/home/errors';

describe('what an error is about', () => {
  const late = (message: string): LumiotError => new LumiotError('TIMEOUT', message, { device: '1', gateway: 'g', cause: 'why' });
  const lamp = { kind: 'device', id: '12', name: 'Lamp', spelled: 'lamp' } as const;
  const hall = { kind: 'gateway', id: '34ce', name: 'Hall' } as const;

  it('is added to its text', () => {
    const error = withSubjects(late('It was late.'), [lamp, hall], { device: '12', gateway: '34ce' });
    assert.equal(error.message, 'It was late. [device Lamp (12), gateway Hall (34ce)]');
    assert.deepEqual([error.code, error.device, error.gateway, error.cause], ['TIMEOUT', '12', '34ce', 'why']);
  });

  it('keeps the details that nobody knows better', () => {
    const error = withSubjects(late('It was late.'), [lamp], {});
    assert.deepEqual([error.device, error.gateway], ['1', 'g']);
  });

  it('is left out where the text has its id, its name or what a person called it', () => {
    for (const message of ['12 was late.', 'Lamp was late.', 'The lamp was late.']) {
      const error = late(message);
      assert.equal(withSubjects(error, [lamp], { device: '12' }), error, message);
    }
    assert.equal(withSubjects(late('Lamp was late.'), [lamp, hall], {}).message, 'Lamp was late. [gateway Hall (34ce)]');
  });

  it('has an id, a name, both, or only its kind', () => {
    const said = (id: string, name?: string): string => withSubjects(late('Late.'), [{ kind: 'account', id, name }], {}).message;
    assert.deepEqual(
      [said('a1', 'Mine'), said('a1', 'a1'), said('a1', ''), said('a1'), said('', 'Mine'), said('')],
      ['Mine (a1)', 'a1', 'a1', 'a1', 'Mine', ''].map((text) => `Late. [${`account ${text}`.trimEnd()}]`),
    );
  });
});
