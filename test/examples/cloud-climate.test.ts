import assert from 'node:assert/strict';
import { until } from '../support/wait';
import { Play } from './support';

const THERMOMETER = '800000001';
const CONDITIONER = '800000002';
const [COOL, DRY] = [1, 2];

describe('example Cloud climate', () => {
  let play: Play;
  const open = async (temperature: number): Promise<void> => {
    play = await Play.open('Cloud climate', {
      cloud: [
        { did: THERMOMETER, name: 'Study', model: 'lumiot.temperature-humidity-sensor.th1', values: { '2.1': temperature, '2.2': 51.5 } },
        { did: CONDITIONER, name: 'Cooler', model: 'lumiot.air-conditioner.ac1', values: { '2.1': false, '2.2': DRY, '2.3': 28 } },
      ],
      set: {
        Temperature: { device: THERMOMETER },
        'Read the room': { device: THERMOMETER },
        'Air conditioner': { device: CONDITIONER },
      },
    });
    await play.listens(THERMOMETER);
    await play.knows(THERMOMETER, 'temperature-humidity-sensor:temperature', temperature);
  };
  afterEach(() => play.close());

  const becomes = (temperature: number): void => play.cloud.change(THERMOMETER, 2, 1, temperature);
  const sets = (): number => play.cloud.requests().filter(({ url }) => url === '/app/v2/miotspec/prop/set').length;

  it('cools above 26 °C, is off below 24 °C, and is left alone between the two', async () => {
    await open(25);
    becomes(26.1);
    await play.hasValue(CONDITIONER, 2, 1, true);
    assert.equal(play.cloud.value(CONDITIONER, 2, 2), COOL);
    assert.equal(play.cloud.value(CONDITIONER, 2, 3), 24.5);
    becomes(27);
    becomes(25);
    becomes(23.9);
    await play.hasValue(CONDITIONER, 2, 1, false);
    assert.equal(sets(), 2);
  });

  it('begins with what is known at the start', async () => {
    await open(29.5);
    await play.hasValue(CONDITIONER, 2, 1, true);
  });

  it('tells the room in one line', async () => {
    await open(21.5);
    play.press('Every hour');
    await play.hears('Tell me', 'Study: 21.5 °C, 51.5 %');
  });

  it('tells what failed, and sets it with the next value', async () => {
    await open(25);
    play.cloud.online(CONDITIONER, false);
    becomes(28);
    await until(() => play.said('Tell me').length === 1, 'why');
    assert.match(String(play.said('Tell me')[0]?.payload), /800000002 .*offline/);
    play.cloud.online(CONDITIONER, true);
    becomes(28.5);
    await play.hasValue(CONDITIONER, 2, 1, true);
  });
});
