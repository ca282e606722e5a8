import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { CloudRecord } from '../../../lib/miot/account-types';
import type { PropertyResult } from '../../../lib/miot/cloud-device';
import { readValues } from '../../../lib/miot/read-values';
import type { SpecProperty } from '../../../lib/miot/spec-types';

describe('what a read came to', () => {
  const property = (piid: number): SpecProperty => ({
    name: `lamp:p${piid}`,
    siid: 2,
    piid,
    label: '',
    format: 'integer',
    canRead: true,
    canWrite: false,
    canNotify: false,
  });
  const said = (piid: number, value: boolean | number | string): PropertyResult => ({
    did: '1',
    siid: 2,
    piid,
    ok: true,
    value,
    isAccepted: false,
  });
  const listed = { did: '1', listed: { name: 'Desk lamp' } } as CloudRecord;
  const late = new LumiotError('DEVICE_OFFLINE', 'It is off. Switch it on.');

  it('is each value under its name', () => {
    const { values, error } = readValues(listed, [property(1), property(2)], [said(1, 5), said(2, '7')]);
    assert.deepEqual([{ ...values }, error], [{ 'lamp:p1': 5, 'lamp:p2': 7 }, undefined]);
  });

  it('is the first error with what could be read', () => {
    const off: PropertyResult = { did: '1', siid: 2, piid: 1, ok: false, error: late, code: 0 };
    const { values, error } = readValues(listed, [property(1), property(2), property(3)], [off, said(2, 7)]);
    assert.deepEqual({ ...values }, { 'lamp:p2': 7 });
    assert.deepEqual(
      [error?.code, error?.message, error?.device, error?.cause],
      ['DEVICE_OFFLINE', 'It is off. Switch it on. What could be read: lamp:p2 is 7.', '1', late],
    );
    assert.equal(readValues(listed, [property(1)], [off]).error, late);
    assert.match(readValues(listed, [property(1)], []).error?.message ?? '', /^Device Desk lamp \(1\) did not answer for lamp:p1\./);
  });

  it('shows what makes no sense, and no more than anybody would read', () => {
    const { error } = readValues(listed, [property(1)], [said(1, 'x'.repeat(100))]);
    assert.equal(error?.code, 'UNSUPPORTED');
    assert.match(error?.message ?? '', /^Device Desk lamp \(1\) says "x{59}… for lamp:p1, which is no integer\./);
    const many = Array.from({ length: 14 }, (_, index) => property(index + 1));
    const told = (count: number): string =>
      readValues(
        listed,
        many.slice(0, count + 1),
        many.slice(0, count).map(({ piid }) => said(piid, 1)),
      ).error?.message ?? '';
    assert.match(told(12), /lamp:p12 is 1\.$/);
    assert.match(told(13), /lamp:p12 is 1, …\.$/);
  });
});
