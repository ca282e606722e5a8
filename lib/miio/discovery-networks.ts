/** Where a search goes out: the local networks that a setting means, and how everybody in one of them is addressed (miio-lan.md §5). */

import { isIPv4 } from 'node:net';

/** An IPv4 address of this host. */
export interface NetworkInterface {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
  /** Loopback: never used unless asked for by its address. */
  readonly isInternal: boolean;
}

/** One address to search from. */
export interface Network {
  readonly address: string;
  /** Where everybody hears: the whole wire, and the network's own broadcast address, because some systems drop the one or the other. */
  readonly broadcasts: readonly string[];
  /** Whether an address belongs to this network; everything does where its netmask is not known. */
  readonly has: (address: string) => boolean;
}

const EVERYBODY = '255.255.255.255';
const ALL_ONES = 0xffff_ffff;
/** A network with this many bits or more has no broadcast address (RFC 3021). */
const LONGEST_PREFIX_MASK = 0xffff_fffe;

/** '' is every interface that is not internal; an address is that one, also where it is one of several of an interface. */
export function networksOf(setting: string, interfaces: readonly NetworkInterface[]): readonly Network[] {
  if (setting !== '') {
    const own = interfaces.find(({ address }) => address === setting) ?? interfaces.find((one) => isInside(setting, one));
    return [toNetwork(setting, own)];
  }
  return interfaces.filter(({ isInternal }) => !isInternal).map((one) => toNetwork(one.address, one));
}

function toNetwork(address: string, own: NetworkInterface | undefined): Network {
  if (own === undefined) return { address, broadcasts: [EVERYBODY], has: () => true };
  const mask = toNumber(own.netmask);
  const isPointToPoint = mask >= LONGEST_PREFIX_MASK;
  const directed = toText((toNumber(own.address) | (~mask & ALL_ONES)) >>> 0);
  // What is said to the whole wire on loopback could take another way out of this computer.
  const everybody = own.isInternal ? [] : [EVERYBODY];
  return { address, broadcasts: isPointToPoint ? everybody : [...everybody, directed], has: (other) => isInside(other, own) };
}

function isInside(address: string, { address: own, netmask }: NetworkInterface): boolean {
  const mask = toNumber(netmask);
  return isIPv4(address) && (toNumber(address) & mask) >>> 0 === (toNumber(own) & mask) >>> 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}
