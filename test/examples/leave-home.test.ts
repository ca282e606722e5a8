import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const REMOTE = '158d00010000b1';
const LIGHTS = '158d00010000c1';
const CURTAIN = '158d00010000c2';

describe('example Leave home', () => {
  for (const dialect of dialects) {
    describe(`dialect ${dialect}`, () => {
      let play: Play;
      beforeEach(async () => {
        play = await Play.open('Leave home', {
          gateway: gatewayOf(
            dialect,
            [
              { sid: REMOTE, model: dialect === 1 ? '86sw2' : 'sensor_86sw2.aq1', fields: {} },
              { sid: LIGHTS, model: 'ctrl_neutral2', fields: { channel_0: 'on', channel_1: 'on' } },
              { sid: CURTAIN, model: 'curtain', travelMs: 100, fields: { curtain_level: dialect === 1 ? '100' : 100 } },
            ],
            { fields: { rgb: 0x64ffffff } },
          ),
          set: {
            'Both keys': { device: REMOTE },
            Lights: { device: LIGHTS },
            'Gateway light': { device: GATEWAY },
            Curtain: { device: CURTAIN },
          },
        });
      });
      afterEach(() => play.close());

      const everythingIsOff = async (): Promise<void> => {
        await play.becomes(LIGHTS, { channel_0: 'off', channel_1: 'off' });
        await play.becomes(GATEWAY, { rgb: 0 });
        await play.becomes(CURTAIN, { curtain_level: dialect === 1 ? '0' : 0 });
        await play.hears('Tell me', 'Armed');
      };

      it('switches everything off when both keys are pressed', async () => {
        await play.report(REMOTE, { dual_channel: 'both_click' });
        await everythingIsOff();
        assert.equal(play.writes(LIGHTS).length, 1, 'both gangs in one write');
      });

      it('does the same when the scene is called', async () => {
        play.press('Try it');
        await everythingIsOff();
      });

      it('does nothing for one key', async () => {
        await play.report(REMOTE, dialect === 1 ? { channel_0: 'click' } : { button_0: 'click' });
        await play.settled();
        assert.deepEqual(
          [LIGHTS, GATEWAY, CURTAIN].flatMap((sid) => play.writes(sid)),
          [],
        );
      });
    });
  }
});
