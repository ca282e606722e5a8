/** Gateways and devices as the editor sees them. Built field by field, so that no secret can slip in. */

import { buttonsOf, channelsOf, describe } from '../../../lib/devices';
import type { DeviceRecord, Gateway, GatewayState } from '../../../lib/lumi';
import type { GatewayHost } from './gateway-host';

export function gatewayView(id: string, { gateway, settings }: GatewayHost): object {
  const sid = gateway.sid ?? '';
  return {
    id,
    sid,
    name: settings.name,
    model: gateway.device(sid)?.model ?? '',
    address: gateway.address ?? '',
    protocol: gateway.isOnline ? gateway.dialect : null,
    isReadOnly: settings.key === '',
    pairing: gateway.pairing.secondsLeft,
    problems: [...gateway.problems.values()].map(({ code, message }) => ({ code, message })),
    ...phaseView(gateway.state),
  };
}

export function deviceView(gateway: Gateway, device: DeviceRecord): object {
  const { definition } = device;
  return {
    ...gateway.info(device),
    hardware: definition.hardware,
    description: definition.name,
    power: definition.power,
    state: { ...device.values },
    buttons: buttonsOf(definition),
    channels: channelsOf(definition),
    properties: describe(definition),
  };
}

function phaseView(state: GatewayState): object {
  if (!('error' in state) || state.error === undefined) return { phase: state.phase };
  return { phase: state.phase, error: { code: state.error.code, message: state.error.message } };
}
