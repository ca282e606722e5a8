/** What devices do when they are told something: a lamp toggles, a curtain moves, a vacuum sets out. Rows of a table, by device type. */

import type { CloudThing } from './device';
import type { Household } from './household';
import type { PropertyDefinition } from './specs/definition';

type Become = (service: string, property: string, value: unknown) => void;

interface Reaction {
  readonly type: string;
  /** 'service:property' that was written or 'service:action' that was carried out. */
  readonly to: string;
  readonly does: (become: Become, value: unknown, thing: CloudThing) => void;
}

const vacuumStatus = { idle: 1, sweeping: 2, paused: 3, goCharging: 4, charging: 5 } as const;

const reactions: readonly Reaction[] = [
  {
    type: 'light',
    to: 'light:toggle',
    does: (become, _value, thing) => become('light', 'on', thing.get(2, 1) !== true),
  },
  {
    type: 'outlet',
    to: 'switch:on',
    does: (become, isOn) => become('power-consumption', 'electric-power', isOn === true ? 42.5 : 0),
  },
  { type: 'curtain', to: 'curtain:target-position', does: (become, position) => become('curtain', 'current-position', position) },
  {
    type: 'curtain',
    to: 'curtain:motor-control',
    does: (become, command, thing) => {
      const end = command === 1 ? 100 : command === 2 ? 0 : thing.find('curtain', 'current-position');
      if (typeof end !== 'number') return;
      become('curtain', 'status', command);
      become('curtain', 'target-position', end);
      become('curtain', 'current-position', end);
      become('curtain', 'status', 0);
    },
  },
  vacuum('vacuum:start-sweep', vacuumStatus.sweeping),
  vacuum('vacuum:start-room-sweep', vacuumStatus.sweeping),
  vacuum('vacuum:continue-sweep', vacuumStatus.sweeping),
  vacuum('vacuum:pause-sweeping', vacuumStatus.paused),
  vacuum('vacuum:stop-sweeping', vacuumStatus.idle),
  vacuum('vacuum:stop-and-gocharge', vacuumStatus.goCharging),
  vacuum('battery:start-charge', vacuumStatus.charging),
  { type: 'air-purifier', to: 'filter:reset-filter-life', does: (become) => become('filter', 'filter-life-level', 100) },
];

function vacuum(to: string, status: number): Reaction {
  return { type: 'vacuum', to, does: (become) => become('vacuum', 'status', status) };
}

/** Lets a device react to what it was told; `value` is what was written, undefined for an action. */
export function react(household: Household, thing: CloudThing, siid: number, what: string, value?: unknown): void {
  const to = `${thing.service(siid)?.name}:${what}`;
  const become: Become = (service, property, next) => {
    const place = thing.find(service, property);
    if (place !== undefined) household.become(thing, place.service.iid, place.property.iid, next);
  };
  for (const reaction of reactions) if (reaction.type === thing.definition.type && reaction.to === to) reaction.does(become, value, thing);
}

/** A written value takes effect. */
export function write(household: Household, thing: CloudThing, siid: number, property: PropertyDefinition, value: unknown): void {
  household.become(thing, siid, property.iid, value);
  react(household, thing, siid, property.name, value);
}
