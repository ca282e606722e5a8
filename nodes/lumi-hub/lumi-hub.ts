/** The gateway as the head of its devices: lists them, pairs and removes them, looks itself over, and tells who comes, goes or is lost. */

import type { NodeAPI } from 'node-red';
import { parseHub } from '../../lib/devices/commands/hub';
import type { Gateway, News } from '../../lib/lumi';
import { type ControlTools, registerControl, type Told } from '../shared/runtime/control';
import { commandHub } from '../shared/runtime/hub';

interface HubSettings {
  readonly alerts: boolean;
}

export default function register(RED: NodeAPI): void {
  registerControl<HubSettings>(RED, {
    type: 'lumi-hub',
    target: 'gateway',
    own: ['alerts'],
    parse: (stored) => ({ alerts: stored.alerts !== false && stored.alerts !== 'false' }),
    perform: ({ gateway, payload }) => commandHub(gateway, parseHub(payload)),
    begin,
  });
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
