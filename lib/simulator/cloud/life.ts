/** Makes the pretend cloud look lived in: measurements drift, somebody walks by or presses a key. */

import type { Timers } from '../timers';
import type { CloudThing, Place } from './device';
import type { Household } from './household';

// Long enough to read along, short enough to look alive.
const PAUSE_MS = { least: 1_500, most: 5_000 } as const;

interface Drift {
  readonly step: number;
  readonly least: number;
  readonly most: number;
  readonly decimals: number;
}

/** Measurements by property name: how far one goes at once, and between which bounds. */
const drifts: Readonly<Record<string, Drift>> = {
  temperature: { step: 0.4, least: 16, most: 29, decimals: 1 },
  'relative-humidity': { step: 1.5, least: 25, most: 75, decimals: 1 },
  'pm2.5-density': { step: 4, least: 3, most: 90, decimals: 0 },
  illumination: { step: 40, least: 0, most: 1200, decimals: 0 },
  'electric-power': { step: 3, least: 5, most: 120, decimals: 1 },
};

export interface CloudLifeOptions {
  readonly household: Household;
  readonly timers: Timers;
  readonly random: () => number;
}

/** It ends with `timers`. */
export function startCloudLife({ household, timers, random }: CloudLifeOptions): void {
  const nextMoment = (): void => {
    const moments = [...household.things.values()]
      .filter(({ isOnline }) => isOnline)
      .flatMap((thing) => momentsOf(thing, household, random));
    moments[Math.floor(random() * moments.length)]?.();
  };
  timers.every(() => PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least), nextMoment);
}

function momentsOf(thing: CloudThing, household: Household, random: () => number): (() => void)[] {
  const drifting = thing.places().flatMap((place) => {
    const drift = drifts[place.property.name];
    return drift === undefined || !isMeasured(thing, place) ? [] : [(): void => move(thing, household, place, drift, random)];
  });
  const events = thing.definition.services.flatMap((service) =>
    service.events.map((event) => (): void => {
      const args = (event.arguments ?? []).map((piid) => ({ piid, value: thing.get(service.iid, piid) }));
      household.happen(thing, service.iid, event.iid, args);
    }),
  );
  return [...drifting, ...events];
}

/** What is off draws nothing. */
function isMeasured(thing: CloudThing, { service, property }: Place): boolean {
  return property.name !== 'electric-power' || thing.get(service.iid, property.iid) !== 0;
}

function move(thing: CloudThing, household: Household, { service, property }: Place, drift: Drift, random: () => number): void {
  const current = Number(thing.get(service.iid, property.iid));
  if (!Number.isFinite(current)) return;
  const next = Math.min(drift.most, Math.max(drift.least, current + (random() * 2 - 1) * drift.step));
  household.become(thing, service.iid, property.iid, Number(next.toFixed(drift.decimals)));
}
