/** The gateway as the head of its devices: lists them, pairs and removes them, looks itself over, plays radio, arms, and tells who comes, goes or is lost. */

import type { NodeAPI } from 'node-red';
import { parseHub } from '../../lib/devices/commands/hub';
import type { Gateway, News } from '../../lib/lumi';
import { commandHub } from '../../lib/lumi/commands';
import type { GatewayNode } from '../lumi-gateway/lumi-gateway';
import { type ControlTools, registerControl, type Told } from '../shared/runtime/control';
import type { GatewayMiio } from '../shared/runtime/gateway-miio';

interface HubSettings {
  readonly alerts: boolean;
}

export default function register(RED: NodeAPI): void {
  registerControl<HubSettings>(RED, {
    type: 'lumi-hub',
    target: 'gateway',
    own: ['alerts'],
    parse: (stored) => ({ alerts: stored.alerts !== false && stored.alerts !== 'false' }),
    perform: ({ gateway, payload, settings }) => commandHub(gateway, parseHub(payload), miioOf(RED, settings.gateway)),
    begin,
  });
}

function miioOf(RED: NodeAPI, gatewayId: string): GatewayMiio | undefined {
  // Typed as never null, and null all the same where the config node is missing or disabled.
  return (RED.nodes.getNode(gatewayId) as GatewayNode | null)?.miio;
}

/** Tells what happens unasked. */
function begin({ id, settings, gateway, emit, status }: ControlTools<HubSettings>): () => void {
  const show = (): void => {
    const { secondsLeft } = gateway.pairing;
    if (gateway.isOnline) status(secondsLeft > 0 ? `${secondsLeft} s` : 'status.online');
  };
  const ends = [
    gateway.watch(show),
    gateway.pairing.watch((_seconds, isExpired) => {
      show();
      // Who closed the window has the answer to that.
      if (isExpired && !settings.onlyReplies) emit({ payload: { pairing: false, seconds: 0 } }, gateway.placeholder(), 'timer');
    }),
  ];
  if (!settings.onlyReplies) {
    const tell = (news: News): void => {
      if (news.kind === 'alert' && !settings.alerts) return;
      // Who came or went was said by the gateway; silence is noticed by the clock.
      const origin = news.kind === 'joined' || news.kind === 'left' ? 'report' : 'timer';
      emit(toldOf(gateway, news), news.device ?? gateway.placeholder(), origin);
    };
    ends.push(gateway.presence.listen(id, tell));
  }
  return () => {
    for (const end of ends) end();
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
