/** What the push connection tells, parsed and checked. */

import type { CloudValue, PropertyRef } from './cloud-device';

export type PushEvent =
  | ({ readonly kind: 'property'; readonly value: CloudValue; readonly raw: unknown } & PropertyRef)
  | {
      readonly kind: 'event';
      readonly did: string;
      readonly siid: number;
      readonly eiid: number;
      /** In the order sent; `piid` undefined where the device sends bare values. */
      readonly arguments: readonly { readonly piid: number | undefined; readonly value: CloudValue }[];
      readonly raw: unknown;
    }
  | { readonly kind: 'online'; readonly did: string; readonly isOnline: boolean; readonly raw: unknown };
