/** Reason codes of MQTT 5 that the broker gives, and what MQTT 3.1.1 has in their place. */

export const reasons = {
  success: 0x00,
  noSubscription: 0x11,
  malformed: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  badClientId: 0x85,
  badPassword: 0x86,
  notAuthorized: 0x87,
  shuttingDown: 0x8b,
  keepAlive: 0x8d,
  takenOver: 0x8e,
  badFilter: 0x8f,
  tooLarge: 0x95,
  administrative: 0x98,
  noSharedSubscriptions: 0x9e,
} as const;

export type Reason = (typeof reasons)[keyof typeof reasons];

/** CONNACK of MQTT 3.1.1. */
export function oldReturnCode(reason: Reason): number {
  switch (reason) {
    case reasons.success:
      return 0;
    case reasons.unsupportedVersion:
      return 1;
    case reasons.badClientId:
      return 2;
    case reasons.badPassword:
      return 4;
    case reasons.notAuthorized:
      return 5;
    default:
      return 3;
  }
}

/** SUBACK of MQTT 3.1.1 knows one refusal. */
export const OLD_SUBACK_FAILURE = 0x80;
