/** What `miIO.info` gives: the token and the network among it, as real devices do (miio-lan.md §4.1). */

export interface InfoOptions {
  /** Seconds since it was switched on. */
  readonly stamp: number;
  readonly model: string;
  readonly token: string;
  readonly mac: string;
  readonly address: string;
}

export function infoOf({ stamp, model, token, mac, address }: InfoOptions): object {
  return {
    life: stamp,
    uid: 1_000_000_001,
    model,
    token,
    fw_ver: '1.4.1_0164',
    hw_ver: 'ESP8266',
    mac,
    mmfree: 16_384,
    ap: { ssid: 'planted-network', bssid: '02:00:00:00:00:01', rssi: -52 },
    netif: { localIp: address, mask: '255.0.0.0', gw: '127.0.0.1' },
  };
}
