import assert from 'node:assert/strict';
import { dialects, GATEWAY, gatewayOf, Play } from './support';

const BUTTON = '158d00010000b1';

describe('example Barking dog', () => {
  for (const dialect of dialects) {
    it(`barks while held and stops at a click, dialect ${dialect}`, async () => {
      const [model, field] = dialect === 1 ? ['switch', 'status'] : ['remote.b1acn01', 'button_0'];
      const play = await Play.open('Barking dog', {
        gateway: gatewayOf(dialect, [{ sid: BUTTON, model, fields: {} }]),
        set: { Button: { device: BUTTON } },
      });
      try {
        await play.report(BUTTON, { [field]: 'long_click_press' });
        await play.told(GATEWAY, { mid: 8, vol: 30 });
        await play.report(BUTTON, { [field]: 'long_click_release' });
        await play.report(BUTTON, { [field]: 'click' });
        await play.told(GATEWAY, { mid: 10000 });
        assert.equal(play.writes(GATEWAY).length, 2, 'letting go does nothing');
      } finally {
        await play.close();
      }
    });
  }
});
