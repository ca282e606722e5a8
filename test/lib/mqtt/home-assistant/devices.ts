/** Devices to make discovery of: every model of the catalogue, and the descriptions of accounts that are at hand. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Definition, definitions } from '../../../../lib/devices';
import { emptyValues } from '../../../../lib/home/device';
import type { DeviceSpec } from '../../../../lib/miot';
import { parseSpec } from '../../../../lib/miot/spec-parse';
import { type DiscoveryContext, discoveryOf } from '../../../../lib/mqtt/home-assistant';
import { Topics } from '../../../../lib/mqtt/topics';
import type { Description, HomeDevice } from '../../../../lib/mqtt/types';
import { definitions as pretended } from '../../../../lib/simulator/cloud/specs';
import { toInstance } from '../../../../lib/simulator/cloud/specs/definition';
import { lamp } from '../../miot/specs';
import type { Component } from './home-assistant';
import type { Expected } from './validate';

export const GATEWAY = '34ce00fb61a9';
const CHILD = '158d0001a2b3c4';

export const gatewayContext: DiscoveryContext = {
  topics: new Topics({ base: 'lumiot/house-a', home: GATEWAY, prefix: 'homeassistant' }),
  home: { id: GATEWAY, kind: 'gateway', name: 'Hall' },
  qos: 1,
};

export const accountContext: DiscoveryContext = {
  topics: new Topics({ base: 'lumiot', home: 'a1b2c3', prefix: 'homeassistant' }),
  home: { id: 'a1b2c3', kind: 'account', name: 'Account' },
  qos: 0,
};

export function deviceOf(description: Description | undefined, info: Partial<HomeDevice['info']> = {}): HomeDevice {
  const isGateway = description?.kind === 'lumi' && description.definition.family === 'gateway';
  return {
    info: {
      id: isGateway ? GATEWAY : CHILD,
      name: 'Thing',
      model: 'model',
      family: 'unknown',
      room: 'Kitchen',
      gateway: description?.kind === 'miot' ? '' : GATEWAY,
      transport: description?.kind === 'miot' ? 'miot' : 'lumi',
      online: true,
      battery: null,
      lastSeen: null,
      ...info,
    },
    state: emptyValues(),
    description,
  };
}

export function lumi(definition: Definition): HomeDevice {
  return deviceOf({ kind: 'lumi', definition }, { family: definition.family, model: definition.models[0] ?? '' });
}

export function lumiOf(model: string): HomeDevice {
  const definition = definitions.find(({ models }) => models.includes(model));
  if (definition === undefined) throw new Error(`No model ${model}`);
  return lumi(definition);
}

export function miot(spec: DeviceSpec): HomeDevice {
  return deviceOf({ kind: 'miot', spec }, { id: '68332340', model: 'lumiot.thing.x1' });
}

/** Where its message says it lives; by hand, not by `Topics`. */
export function expectedOf({ info }: HomeDevice, { home, qos }: DiscoveryContext): Expected {
  const base = home.kind === 'gateway' ? 'lumiot/house-a' : 'lumiot';
  const state = `${base}/${String(home.id)}/${info.id}`;
  return { state, availability: [`${base}/status`, `${base}/${String(home.id)}/availability`, `${state}/availability`], qos };
}

export function componentsOf(device: HomeDevice): Readonly<Record<string, Component>> {
  const context = device.description?.kind === 'miot' ? accountContext : gatewayContext;
  const payload = discoveryOf(device, context) as { readonly components?: Readonly<Record<string, Component>> } | undefined;
  return payload?.components ?? {};
}

/** Descriptions of the pretend cloud, of the tests of lib/miot, and, where the environment variable names their folder, of real devices. */
export function specs(): readonly DeviceSpec[] {
  const folder = process.env.LUMIOT_CORPUS;
  const lines = folder ? readFileSync(path.join(folder, 'cloud.jsonl'), 'utf8').split('\n') : [];
  const rows = lines
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { readonly kind: string; readonly raw: string });
  const real = rows.filter(({ kind }) => kind === 'spec-instance').map(({ raw }) => JSON.parse(raw) as unknown);
  return [...pretended.map((definition) => JSON.parse(JSON.stringify(toInstance(definition))) as unknown), lamp, ...real].map((json) =>
    parseSpec(json),
  );
}
