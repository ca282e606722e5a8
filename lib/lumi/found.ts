/** A gateway that showed itself, by `iam` or by a heartbeat: where it is and what it says of itself. */

import type { Dialect } from '../devices/definition';
import { dialectOfVersion, type Frame, type Iam } from './frame';
import { ANY_INTERFACE, type Source } from './senders';

export interface Found {
  readonly sid: string;
  readonly wireSid: string;
  readonly model: string;
  readonly address: string;
  readonly port: number;
  readonly dialect: Dialect | undefined;
  readonly protoVersion: string | undefined;
  /** Local address whose socket reaches it. */
  readonly via: string;
  /** A heartbeat proves nothing about the port. */
  readonly by: 'iam' | 'heartbeat';
}

const DEFAULT_PORT = 9898;

export function foundByIam(frame: Iam, from: Source, via: string): Found {
  return {
    sid: frame.sid,
    wireSid: frame.wireSid,
    model: frame.model,
    // The source of the datagram is better than what it claims (lumi-lan.md §2.2).
    address: from.address,
    port: frame.port,
    dialect: frame.protoVersion === undefined ? undefined : dialectOfVersion(frame.protoVersion),
    protoVersion: frame.protoVersion,
    via,
    by: 'iam',
  };
}

export function foundByHeartbeat(frame: Frame, from: Source): Found {
  return {
    sid: frame.sid,
    wireSid: frame.wireSid,
    model: frame.model,
    address: from.address,
    port: DEFAULT_PORT,
    dialect: frame.dialect,
    protoVersion: undefined,
    via: ANY_INTERFACE,
    by: 'heartbeat',
  };
}
