import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { examine, type Patient } from '../../../lib/lumi/doctor';
import { ManualClock } from '../../support/clock';
import { ATTIC_KEY, HALL, hall, Rig } from '../../support/home';

const healthy: Patient = {
  eventPort: 1,
  sockets: { isBound: true, error: undefined, joined: ['10.0.0.2'], refused: new Map() },
  address: () => '10.0.0.1',
  port: () => 9898,
  hasKey: true,
  multicastAge: 3_000,
  listeningFor: 60_000,
  locate: () => Promise.resolve(true),
  list: () => Promise.resolve(),
  verifyKey: () => Promise.resolve(),
};

const failing = (code: 'TIMEOUT' | 'KEY_INVALID') => () => Promise.reject(new LumiotError(code, `It is ${code}.`));

async function sick(patient: Partial<Patient>): Promise<string[]> {
  const findings = await examine({ ...healthy, ...patient });
  for (const { detail } of findings) assert.notEqual(detail, '');
  return findings.filter(({ ok, remedy }) => ok === false && remedy !== '').map(({ check }) => check);
}

describe('the doctor', () => {
  it('finds nothing wrong where nothing is', async () => assert.deepEqual(await sick({}), []));

  const sockets = healthy.sockets;
  const cases: readonly [string, Partial<Patient>, string[]][] = [
    [
      'a port that another program holds',
      { sockets: { ...sockets, isBound: false, error: new LumiotError('SOCKET', 'Held.') } },
      ['socket'],
    ],
    ['a port that is not open yet', { sockets: { ...sockets, isBound: false } }, ['socket']],
    ['an interface that refuses', { sockets: { ...sockets, refused: new Map([['10.0.0.9', 'ENODEV']]) } }, ['groups']],
    ['no interface at all', { sockets: { ...sockets, joined: [] } }, ['groups']],
    ['a gateway that does not answer whois', { locate: () => Promise.resolve(false) }, ['unicast']],
    ['a question that could not be asked', { locate: () => Promise.reject(new Error('x')) }, ['unicast']],
    ['a closed port, and does not test the key then', { list: failing('TIMEOUT') }, ['port']],
    ['heartbeats that never came', { multicastAge: undefined }, ['heartbeats']],
    ['heartbeats that stopped', { multicastAge: 36_000 }, ['heartbeats']],
    ['a missing key', { hasKey: false }, ['key']],
    ['a wrong key', { verifyKey: failing('KEY_INVALID') }, ['key']],
  ];
  for (const [what, patient, wrong] of cases) it(`finds ${what}`, async () => assert.deepEqual(await sick(patient), wrong));

  it('looks a real gateway over', async () => {
    const clock = new ManualClock();
    const rig = await Rig.open({ gateways: [hall] }, { clock });
    const gateway = await rig.online({ sid: HALL, key: ATTIC_KEY });
    await rig.simulator.heartbeat(HALL);
    const findings = await rig.during(gateway.examine());
    assert.deepEqual(
      findings.filter(({ ok }) => ok === false).map(({ check }) => check),
      ['key'],
    );
    await rig.close();
  });
});
