/** Clicks, turns and openings: what happens, and that it happens only in reports (lumi-lan.md §2.4, §3.7, §3.12, §6). */

import assert from 'node:assert/strict';
import { actions, said, values } from './said';

describe('buttons', () => {
  const words: readonly (readonly [word: string, action: string])[] = [
    ['click', 'single'],
    ['double_click', 'double'],
    ['long_click', 'hold'],
    ['long_click_press', 'hold'],
    ['long_click_release', 'release'],
    ['shake', 'shake'],
    ['triple_click', 'triple_click'],
  ];
  for (const [word, action] of words) {
    it(`with one key say ${action} for ${word}`, () => {
      assert.deepEqual(actions('switch', { status: word }), [{ name: action }]);
      assert.deepEqual(actions('sensor_switch.aq3', { button_0: word }), [{ name: action }]);
      assert.deepEqual(actions('remote.b186acn01', { channel_0: word }), [{ name: action }]);
    });
  }

  it('with two keys say which', () => {
    assert.deepEqual(actions('86sw2', { channel_0: 'click' }), [{ name: 'single', button: 'left' }]);
    assert.deepEqual(actions('sensor_86sw2.aq1', { button_1: 'double_click' }), [{ name: 'double', button: 'right' }]);
    assert.deepEqual(actions('86sw2', { dual_channel: 'both_click' }), [{ name: 'single', button: 'both' }]);
    assert.deepEqual(actions('remote.b286acn01', { dual_channel: 'double_both_click' }), [{ name: 'double', button: 'both' }]);
    assert.deepEqual(actions('remote.b286acn02', { dual_channel: 'long_both_click' }), [{ name: 'hold', button: 'both' }]);
  });

  it('are silent in heartbeats and reads', () => {
    assert.deepEqual(actions('switch', { status: 'click' }, 'heartbeat'), []);
    assert.deepEqual(actions('86sw2', { channel_0: 'click' }, 'read'), []);
  });

  it('have no state', () => {
    assert.deepEqual(values('86sw1', { channel_0: 'click' }), {});
  });

  it('reject what is no word and pass over "unknown"', () => {
    assert.deepEqual(said('switch', { status: 7 }), { values: {}, actions: [], rejected: ['status'] });
    assert.deepEqual(said('switch', { status: 'unknown' }), { values: {}, actions: [], rejected: [] });
  });
});

describe('cubes', () => {
  const words: readonly (readonly [word: string, action: string])[] = [
    ['flip90', 'flip90'],
    ['flip180', 'flip180'],
    ['move', 'move'],
    ['tap_twice', 'tap'],
    ['shake_air', 'shake'],
    ['swing', 'swing'],
    ['alert', 'alert'],
    ['free_fall', 'fall'],
  ];
  for (const [word, action] of words) {
    it(`say ${action} for ${word}`, () => {
      assert.deepEqual(actions('cube', { status: word }), [{ name: action }]);
      assert.deepEqual(actions('sensor_cube.aqgl01', { cube_status: word }), [{ name: action }]);
    });
  }

  it('turn in percent of a turn in v1', () => {
    assert.deepEqual(actions('cube', { rotate: '25,500' }), [{ name: 'rotate', angle: 90, durationMs: 500 }]);
    assert.deepEqual(actions('cube', { rotate: '-24, 380' }), [{ name: 'rotate', angle: -86.4, durationMs: 380 }]);
  });

  it('may not say how long a turn took', () => {
    assert.deepEqual(actions('cube', { rotate: '25' }), [{ name: 'rotate', angle: 90 }]);
    assert.deepEqual(actions('cube', { rotate: 25 }), [{ name: 'rotate', angle: 90 }]);
    assert.deepEqual(actions('cube', { rotate: '25,' }), [{ name: 'rotate', angle: 90 }]);
  });

  it('turn in degrees in v2, told once whatever the order of the fields', () => {
    const turn = [{ name: 'rotate', angle: -90, durationMs: 500 }];
    assert.deepEqual(actions('sensor_cube', { cube_status: 'rotate', rotate_degree: -90, detect_time: 500 }), turn);
    assert.deepEqual(actions('sensor_cube', { detect_time: 500, rotate_degree: -90, cube_status: 'rotate' }), turn);
    assert.deepEqual(actions('sensor_cube', { rotate_degree: -90, detect_time: 500 }), turn);
  });

  it('reject a turn without a number', () => {
    assert.deepEqual(said('cube', { rotate: 'far' }), { values: {}, actions: [], rejected: ['rotate'] });
  });

  it('are silent in heartbeats and reads', () => {
    assert.deepEqual(actions('cube', { status: 'flip90', rotate: '25,500' }, 'heartbeat'), []);
    assert.deepEqual(actions('sensor_cube', { cube_status: 'rotate', rotate_degree: 90 }, 'read'), []);
  });
});

describe('locks', () => {
  it('say who opened and how', () => {
    assert.deepEqual(said('lock.aq1', { fing_verified: '65537' }), {
      values: { user: { method: 'finger', id: 1 } },
      actions: [{ name: 'unlock' }],
      rejected: [],
    });
    assert.deepEqual(values('lock.aq1', { psw_verified: 131074 }), { user: { method: 'password', id: 2 } });
    assert.deepEqual(values('lock.acn02', { card_verified: '196608' }), { user: { method: 'card', id: 0 } });
  });

  it('do not open again because they are read', () => {
    assert.deepEqual(actions('lock.aq1', { fing_verified: 65536 }, 'read'), []);
  });

  it('count failures', () => {
    assert.deepEqual(said('lock.aq1', { verified_wrong: '3' }), { values: { failedAttempts: 3 }, actions: [], rejected: [] });
  });

  it('say their voltage only', () => {
    assert.deepEqual(values('lock.aq1', { voltage: 3365 }), { voltage: 3365 });
  });

  it('reject what is no user', () => {
    for (const fing_verified of ['x', -1, 1.5, 1e300, {}]) {
      assert.deepEqual(said('lock.aq1', { fing_verified }), { values: {}, actions: [], rejected: ['fing_verified'] });
    }
  });
});
