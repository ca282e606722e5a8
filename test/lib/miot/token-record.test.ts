/** What is stored of an account: how it is read back, and what becomes of it where two wrote at once (miot-cloud.md §5.3, F3, F10, F15). */

import assert from 'node:assert/strict';
import { merged } from '../../../lib/miot/token-merge';
import {
  emptyAccount,
  nextGeneration,
  parseStoredAccount,
  recordOf,
  type StoredAccount,
  type StoredTokens,
  type TokenRecord,
  withRecord,
} from '../../../lib/miot/token-record';

const grant = (clientId = '1') => ({ region: 'de' as const, clientId, redirectUrl: 'http://127.0.0.1/callback' });
const tokens: StoredTokens = { access: 'A', refresh: 'R', obtainedAt: 1, refreshAt: 2, expiresAt: 3 };

function record(generation: number, members: Partial<TokenRecord> = {}): TokenRecord {
  return { ...grant(), deviceId: 'ha.1', generation, tokens, ended: undefined, uid: undefined, ...members };
}

function account(members: Partial<StoredAccount> = {}): StoredAccount {
  return { ...emptyAccount('n1'), ...members };
}

const written = (stored: unknown): unknown => JSON.parse(JSON.stringify(stored));
const pending = { ...grant(), state: 's', deviceId: 'ha.1', createdAt: 5 };

describe('the records of an account', () => {
  it('are one for each grant, the one in use first, three at most', () => {
    let stored = account();
    for (const clientId of ['1', '2', '3', '1', '4']) stored = withRecord(stored, record(1, grant(clientId)));
    assert.deepEqual(
      stored.records.map(({ clientId }) => clientId),
      ['4', '1', '3'],
    );
    assert.equal(recordOf(stored, grant('3'))?.clientId, '3');
    assert.equal(recordOf(stored, grant('2')), undefined);
    assert.equal(recordOf(stored, { ...grant('3'), region: 'cn' }), undefined);
    assert.equal(recordOf(stored, { ...grant('3'), redirectUrl: 'http://127.0.0.1/other' }), undefined);
  });

  it('are numbered above every one before', () => {
    assert.equal(nextGeneration(account()), 1);
    assert.equal(nextGeneration(account({ records: [record(3), record(7, grant('2')), record(5, grant('3'))] })), 8);
  });
});

describe('what was stored', () => {
  it('comes back as it was', () => {
    const stored = account({
      gen: 4,
      records: [record(2, { ended: 'Over.', uid: '77' }), record(1, { ...grant('2'), tokens: undefined })],
      pending,
      deviceTokens: { 68332340: 'ff' },
    });
    assert.deepEqual(parseStoredAccount(written(stored)), stored);
    assert.deepEqual(parseStoredAccount(written(account())), account());
  });

  it('is refused where it is nothing of ours', () => {
    for (const value of [undefined, null, 7, 'x', [], {}, { ...account(), id: '' }, { ...account(), id: 7 }])
      assert.equal(parseStoredAccount(value), undefined);
    for (const members of [{ gen: '1' }, { gen: Number.NaN }, { gen: undefined }, { records: {} }, { records: undefined }])
      assert.equal(parseStoredAccount({ ...account(), ...members }), undefined, JSON.stringify(members));
  });

  it('loses a record that lacks something, and no other', () => {
    for (const members of [
      { region: 'xx' },
      { region: undefined },
      { clientId: '' },
      { clientId: 1 },
      { redirectUrl: '' },
      { deviceId: '' },
      { deviceId: undefined },
      { generation: '1' },
      { generation: Number.POSITIVE_INFINITY },
    ]) {
      const records = [{ ...record(1), ...members }, null, 7, record(2, grant('2'))] as TokenRecord[];
      assert.deepEqual(parseStoredAccount(account({ records }))?.records, [record(2, grant('2'))], JSON.stringify(members));
    }
  });

  it('is signed out where one of its tokens lacks something', () => {
    for (const [name, value] of [
      ['access', ''],
      ['refresh', undefined],
      ['obtainedAt', '1'],
      ['refreshAt', null],
      ['expiresAt', Number.NaN],
    ] as const) {
      const half = { ...tokens, [name]: value } as StoredTokens;
      assert.deepEqual(parseStoredAccount(account({ records: [record(1, { tokens: half })] }))?.records, [
        record(1, { tokens: undefined }),
      ]);
    }
    const odd = { ...record(1), ended: 7, uid: 7, planted: 1 } as unknown as TokenRecord;
    assert.deepEqual(parseStoredAccount(account({ records: [odd] }))?.records, [record(1)]);
  });

  it('waits for nobody where the sign-in that was begun lacks something', () => {
    for (const members of [{ state: '' }, { deviceId: 7 }, { createdAt: '5' }, { region: 'xx' }, { clientId: '' }, { redirectUrl: 7 }]) {
      const half = { ...pending, ...members } as typeof pending;
      assert.equal(parseStoredAccount(account({ pending: half }))?.pending, undefined, JSON.stringify(members));
    }
  });

  it('has the tokens of devices that are texts', () => {
    const deviceTokens = { 1: 'aa', 2: 7, 3: '', 4: null } as unknown as Record<string, string>;
    assert.deepEqual(parseStoredAccount(account({ deviceTokens }))?.deviceTokens, { 1: 'aa' });
    assert.deepEqual(parseStoredAccount({ ...account(), deviceTokens: ['aa'] })?.deviceTokens, {});
  });
});

describe('what two have written', () => {
  const join = (theirs: TokenRecord, ours: TokenRecord): readonly TokenRecord[] =>
    merged(account({ records: [theirs] }), { base: account(), content: account({ records: [ours] }) }).records;

  it('is what the disk has where nothing was kept back', () => {
    const onDisk = account({ records: [record(1)] });
    assert.equal(merged(onDisk, undefined), onDisk);
  });

  it('is the newer generation of each sign-in, wherever it is', () => {
    assert.deepEqual(join(record(1), record(2, { uid: 'ours' })), [record(2, { uid: 'ours' })]);
    assert.deepEqual(join(record(2, { uid: 'theirs' }), record(1)), [record(2, { uid: 'theirs' })]);
    // A clock that was set back says nothing about it.
    const late = { ...tokens, access: 'L', obtainedAt: 2 };
    assert.deepEqual(join(record(2), record(1, { tokens: late })), [record(2)]);
    assert.deepEqual(join(record(1, { tokens: late }), record(2)), [record(2)]);
  });

  it('keeps what either has heard of the same tokens', () => {
    assert.deepEqual(join(record(1, { ended: 'Theirs.', uid: 'theirs' }), record(1, { ended: 'Ours.', uid: 'ours' })), [
      record(1, { ended: 'Theirs.', uid: 'ours' }),
    ]);
    assert.deepEqual(join(record(1, { uid: 'theirs' }), record(1, { ended: 'Ours.' })), [record(1, { ended: 'Ours.', uid: 'theirs' })]);
  });

  it('is the later one where two made the same generation, as a generation of its own', () => {
    const [early, late] = [
      record(1, { tokens: { ...tokens, access: 'E' } }),
      record(1, { tokens: { ...tokens, access: 'L', obtainedAt: 2 } }),
    ];
    const won = [{ ...late, generation: 2 }];
    assert.deepEqual(join(early, late), won);
    assert.deepEqual(join(late, early), won);
  });

  it('is signed out where one of them signed out', () => {
    const out = record(1, { tokens: undefined });
    assert.deepEqual(join(record(1), out), [{ ...out, generation: 2 }]);
    assert.deepEqual(join(out, record(1)), [{ ...out, generation: 2 }]);
    assert.deepEqual(join(out, out), [out]);
  });

  it('has the sign-ins of both, ours first and three at most', () => {
    const of = (...ids: string[]): StoredAccount => account({ records: ids.map((id) => record(1, grant(id))) });
    const ids = (onDisk: StoredAccount, content: StoredAccount): string[] =>
      merged(onDisk, { base: account(), content }).records.map(({ clientId }) => clientId);
    assert.deepEqual(ids(of('1', '2'), of('3')), ['3', '1', '2']);
    assert.deepEqual(ids(of('1', '2'), of('2', '3')), ['2', '3', '1']);
    assert.deepEqual(ids(of('1', '2'), of('3', '4')), ['3', '4', '1']);
  });

  it('is for the rest what was changed', () => {
    const base = account({ gen: 2, pending, deviceTokens: { 1: 'aa' } });
    const onDisk = account({ id: 'n2', gen: 5, deviceTokens: { 1: 'aa', 2: 'bb' } });
    const same = merged(onDisk, { base, content: { ...base, gen: 3 } });
    assert.deepEqual([same.id, same.gen, same.pending, same.deviceTokens], ['n2', 5, undefined, { 1: 'aa', 2: 'bb' }]);
    const later = { ...pending, state: 't' };
    const changed = merged(onDisk, { base, content: { ...base, gen: 7, pending: later, deviceTokens: { 3: 'cc' } } });
    assert.deepEqual([changed.gen, changed.pending, changed.deviceTokens], [7, later, { 3: 'cc' }]);
  });
});
