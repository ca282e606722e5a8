/** The gateway as the head of its devices: lists them, pairs and removes them, looks itself over, and tells who comes, goes or is lost. */

import type { NodeAPI } from 'node-red';
import { type HubCommand, parseHub } from '../../lib/devices/commands/hub';
import type { DeviceRecord, Gateway, News } from '../../lib/lumi';
import { type Call, type ControlTools, type Reply, registerControl, type Told } from '../shared/runtime/control';

interface HubSettings {
  readonly alerts: boolean;
}

export default function register(RED: NodeAPI): void {
  registerControl<HubSettings>(RED, {
    type: 'lumi-hub',
    target: 'gateway',
    own: ['alerts'],
    parse: (stored) => ({ alerts: stored.alerts !== false && stored.alerts !== 'false' }),
    perform,
    begin,
  });
}

async function perform(call: Call<HubSettings>): Promise<Reply> {
  const { gateway } = call;
  const command = parseHub(call.payload);
  // The doctor is for a gateway that is not well: it must not wait for one that is.
  if (command.do === 'doctor') {
    const findings = await gateway.examine();
    return { device: gateway.placeholder(), payload: findings };
  }
  return carryOut(gateway, await gateway.self(), command);
}

async function carryOut(gateway: Gateway, device: DeviceRecord, command: Exclude<HubCommand, { do: 'doctor' }>): Promise<Reply> {
  switch (command.do) {
    case 'list':
      return { device, payload: listOf(gateway) };
    case 'refresh':
      await gateway.refresh();
      return { device, payload: listOf(gateway) };
    case 'pair':
      return { device, ack: await gateway.pairing.open(command.seconds), payload: { pairing: true, seconds: command.seconds } };
    case 'stop-pairing':
      return { device, ack: await gateway.pairing.close(), payload: { pairing: false, seconds: 0 } };
    case 'remove':
      return { device, ack: await gateway.remove(command.sid), payload: { removed: command.sid } };
  }
}

/** Ready for a table: everything about a device, and its values. */
function listOf(gateway: Gateway): object[] {
  return [...gateway.inventory.devices].map((device) => ({ ...gateway.info(device), state: { ...device.values } }));
}

/** Tells what happens unasked. */
function begin({ settings, gateway, emit, status }: ControlTools<HubSettings>): () => void {
  if (settings.onlyReplies) return () => {};
  const unlisten = gateway.presence.listen((news) => {
    if (news.kind === 'alert' && !settings.alerts) return;
    emit(toldOf(gateway, news), news.device ?? gateway.placeholder(), 'report');
  });
  const unpair = gateway.pairing.watch((seconds) => {
    if (seconds > 0) status(`${seconds} s`);
    else emit({ payload: { pairing: false, seconds: 0 }, event: 'state' }, gateway.placeholder(), 'report');
  });
  return () => {
    unlisten();
    unpair();
  };
}

function toldOf(gateway: Gateway, news: News): Told {
  switch (news.kind) {
    case 'alert':
      return {
        payload: news.error.code,
        event: 'alert',
        more: { text: news.error.message, ...(news.isCleared ? { cleared: true } : {}) },
      };
    case 'online':
    case 'offline':
      return { payload: news.kind === 'online', event: news.kind };
    case 'joined':
    case 'left':
      return { payload: gateway.info(news.device), event: news.kind };
  }
}
