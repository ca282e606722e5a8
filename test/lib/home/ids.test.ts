import assert from 'node:assert/strict';
import { normalizeSid } from '../../../lib/home/ids';

describe('a sid', () => {
  const spellings: readonly [string, string][] = [
    ['34:CE:00:FB:61:A9', '34ce00fb61a9'],
    ['34-ce-00-fb-61-a9', '34ce00fb61a9'],
    [' 34CE00FB61A9 ', '34ce00fb61a9'],
    ['4cf8cab1234', '04cf8cab1234'],
    ['04:CF:8C:AB:12:34', '04cf8cab1234'],
    ['lumi.158D0001A2B3C4', '158d0001a2b3c4'],
    ['00158d0001a2b3c4', '158d0001a2b3c4'],
    ['158d0001a2b3c4', '158d0001a2b3c4'],
    ['158d0001a2b3cg', '158d0001a2b3cg'],
    ['158d0001a2b3C4', '158d0001a2b3c4'],
    ['Sensor One', 'sensor one'],
    ['', ''],
  ];
  for (const [typed, known] of spellings) it(`typed "${typed}" is known as "${known}"`, () => assert.equal(normalizeSid(typed), known));
});
