/** One answer for many properties that one device spoils. */

import assert from 'node:assert/strict';
import { type ErrorCode, LumiotError } from '../../../lib/home/errors';
import { askInHalves } from '../../../lib/miot/batch-halves';
import type { PropertyRef, PropertyResult } from '../../../lib/miot/cloud-device';

const refOf = (did: string, piid = 1): PropertyRef => ({ did, siid: 2, piid });
const read = (ref: PropertyRef): PropertyResult => ({ ...ref, ok: true, value: 1, isAccepted: false });
const error = (code: ErrorCode): LumiotError => new LumiotError(code, 'It failed. Try again.');

/** Asks for devices of which some spoil every answer they are part of. */
async function ask(refs: readonly PropertyRef[], codeOf: (part: readonly PropertyRef[], request: number) => ErrorCode | undefined) {
  const parts: string[] = [];
  const told: string[] = [];
  const spoilers = await askInHalves(refs, {
    ask: async (part) => {
      parts.push(part.map(({ did, piid }) => `${did}.${piid}`).join(' '));
      const code = codeOf(part, parts.length);
      if (code !== undefined) throw error(code);
      return part.map(read);
    },
    told: ({ did, piid }, outcome) => {
      told.push(`${did}.${piid} ${outcome === undefined ? '-' : 'result' in outcome ? 'ok' : outcome.refused.code}`);
    },
  });
  return { spoilers, parts, told };
}

const dids = (count: number): PropertyRef[] => Array.from({ length: count }, (_, index) => refOf(`d${index}`));

describe('a read that is asked for in halves', () => {
  it('is one request where nothing is wrong', async () => {
    const { spoilers, parts, told } = await ask([refOf('a'), refOf('b')], () => undefined);
    assert.deepEqual([spoilers, parts, told], [[], ['a.1 b.1'], ['a.1 ok', 'b.1 ok']]);
  });

  it('finds the one device that spoils it, whose properties stay together', async () => {
    const refs = [refOf('a', 1), refOf('b', 1), refOf('a', 2), refOf('c', 1), refOf('b', 2)];
    const { spoilers, parts, told } = await ask(refs, (part) => (part.some(({ did }) => did === 'b') ? 'TIMEOUT' : undefined));
    assert.deepEqual(parts, ['a.1 b.1 a.2 c.1 b.2', 'a.1 a.2', 'b.1 c.1 b.2', 'b.1 b.2', 'c.1']);
    assert.deepEqual(spoilers, ['b']);
    assert.deepEqual(told, ['a.1 ok', 'a.2 ok', 'b.1 TIMEOUT', 'b.2 TIMEOUT', 'c.1 ok']);
  });

  it('finds it among 150 with 17 requests at most, and tells each once', async () => {
    for (const bad of [0, 74, 75, 149]) {
      const { spoilers, parts, told } = await ask(dids(150), (part) => (part.some(({ did }) => did === `d${bad}`) ? 'TIMEOUT' : undefined));
      assert.deepEqual(spoilers, [`d${bad}`]);
      assert.ok(parts.length <= 17, String(parts.length));
      assert.equal(new Set(told).size, 150);
      assert.equal(told.filter((line) => line.endsWith(' ok')).length, 149);
    }
  });

  it('ends after 33 requests, and tells what is left as refused', async () => {
    const { spoilers, parts, told } = await ask(dids(150), (part) => (part.some(({ did }) => did !== 'd149') ? 'TIMEOUT' : undefined));
    assert.equal(parts.length, 33);
    assert.deepEqual(spoilers, [], 'nobody answered: none is worse than the others');
    assert.deepEqual([told.length, new Set(told).size], [150, 150]);
  });

  it('asks no more where it is about the account or the cloud itself', async () => {
    for (const code of ['CLOUD_UNREACHABLE', 'LOGIN_NEEDED', 'MISCONFIGURED', 'RATE_LIMITED', 'STORE_FAILED', 'TOKEN_REJECTED'] as const) {
      const { spoilers, parts, told } = await ask(dids(4), () => code);
      assert.deepEqual([spoilers, parts.length, told], [[], 1, dids(4).map(({ did }) => `${did}.1 ${code}`)]);
    }
    const later = await ask(dids(4), (_part, request) => (request === 1 ? 'TIMEOUT' : request === 3 ? 'LOGIN_NEEDED' : undefined));
    assert.deepEqual(later.told, ['d0.1 ok', 'd1.1 ok', 'd2.1 LOGIN_NEEDED', 'd3.1 LOGIN_NEEDED']);
    const first = await ask(dids(4), (_part, request) => (request === 1 ? 'TIMEOUT' : 'LOGIN_NEEDED'));
    assert.equal(first.parts.length, 2);
    assert.deepEqual(
      first.told,
      dids(4).map(({ did }) => `${did}.1 LOGIN_NEEDED`),
    );
  });

  it('of one device has nobody else to blame', async () => {
    const { spoilers, parts, told } = await ask([refOf('a', 1), refOf('a', 2)], () => 'TIMEOUT');
    assert.deepEqual([spoilers, parts.length, told], [[], 1, ['a.1 TIMEOUT', 'a.2 TIMEOUT']]);
  });

  it('tells what is missing in an answer, and whatever was thrown', async () => {
    const told: unknown[] = [];
    const halves = { told: (_ref: PropertyRef, outcome: unknown) => void told.push(outcome) };
    await askInHalves([refOf('a')], { ...halves, ask: async () => [] });
    await askInHalves([refOf('a')], { ...halves, ask: () => Promise.reject(new Error('x')) });
    assert.equal(told[0], undefined);
    assert.equal((told[1] as { refused: LumiotError }).refused.code, 'CLOUD_UNREACHABLE');
  });
});
