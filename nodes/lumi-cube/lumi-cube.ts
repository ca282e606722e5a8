/** Tells what is done with a cube, and adds its turns up to a level. */

import type { NodeAPI } from 'node-red';
import type { Action } from '../../lib/home/device';
import { actionMessage, type Message } from '../../lib/home/message';
import { type Behaviour, type InputSettings, type InputTools, registerInput } from '../shared/runtime/input';
import { number, text } from '../shared/runtime/settings';

interface CubeSettings {
  /** '' = every. */
  readonly action: string;
  readonly levelMin: number;
  readonly levelMax: number;
  /** What one whole turn adds. */
  readonly levelPerTurn: number;
}

const WHOLE_TURN = 360;

export default function register(RED: NodeAPI): void {
  registerInput<CubeSettings>(RED, {
    type: 'lumi-cube',
    families: ['cube'],
    own: ['action', 'levelMin', 'levelMax', 'levelPerTurn'],
    parse: (stored) => {
      const bounds = [number(stored.levelMin, 0), number(stored.levelMax, 100)];
      return {
        action: text(stored.action),
        // Entered the wrong way round, they still bound the level.
        levelMin: Math.min(...bounds),
        levelMax: Math.max(...bounds),
        levelPerTurn: number(stored.levelPerTurn, 100),
      };
    },
    begin,
    statusProperty: () => '',
  });
}

function begin({ settings, carried }: InputTools<InputSettings & CubeSettings>): Behaviour {
  /** Level by sid; survives a redeploy. */
  const levels = carried instanceof Map ? (carried as Map<string, number>) : new Map<string, number>();

  const turned = (sid: string, angle: number): number => {
    const { levelMin, levelMax, levelPerTurn } = settings;
    const raw = (levels.get(sid) ?? levelMin) + (angle / WHOLE_TURN) * levelPerTurn;
    const level = Math.min(levelMax, Math.max(levelMin, raw));
    levels.set(sid, level);
    return Math.round(level * 100) / 100;
  };
  const message = (make: () => Message, sid: string, { angle }: Action): Message =>
    angle === undefined ? make() : { ...make(), level: turned(sid, angle) };

  return {
    messages: (event) =>
      event.actions
        .map((action) => ({ action, sent: message(() => actionMessage(event.context, action), event.device.sid, action) }))
        .filter(({ action }) => settings.action === '' || action.name === settings.action)
        .map(({ sent }) => sent),
    close: () => levels,
  };
}
