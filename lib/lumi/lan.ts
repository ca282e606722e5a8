/**
 * The local network as the process sees it: takes every datagram from the sockets, drops copies, checks that it comes from whom it
 * claims, and hands it to the gateway it belongs to. One per process, shared by all gateways.
 */

import { GROUP, type LanEnvironment } from './environment';
import { Floods } from './floods';
import { formatWhois } from './format';
import { type Found, foundByHeartbeat, foundByIam } from './found';
import { type Frame, isToken, parseText } from './frame';
import { ANY_INTERFACE, type Source } from './senders';
import { type Known, Sids } from './sids';
import { Sockets, type SocketsState } from './sockets';
import { Suspects } from './suspects';

/** What the network needs from a gateway. */
export interface Member {
  /** Interface setting: '' or a local address. */
  readonly interface: string;
  readonly sid: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Somebody showed itself: perhaps the gateway searched for, or this one at a new address. */
  found(gateway: Found): void;
  /**
   * A report or heartbeat of this gateway or one of its devices, its source checked. `known`: what the network has under its sid.
   * `now`: monotonic.
   */
  hear(frame: Frame, known: Known, now: number): void;
  /** Something that answers a request. */
  answer(frame: Frame): void;
  /** Resolves when the list was asked again. */
  relist(): Promise<void>;
  /** The sockets were lost or came back. */
  networkChanged(): void;
}

/** Counts for the doctor and the log; they only grow. */
export interface LanCounts {
  received: number;
  copies: number;
  malformed: number;
  /** Reports for a known device from an address that is not its gateway's. */
  dropped: number;
  /** Datagrams of gateways that nobody configured. */
  foreign: number;
  /** Datagrams of senders that flood the network; not looked at. */
  ignored: number;
}

/** Who was asked whether a report comes from whom it claims: its address first, then the lists of the gateways that are there. */
type Asked = 'nothing' | 'address' | 'lists';

/** How long after a whois an `iam` answers it. One that nobody asked for says nothing: anybody could send it. */
const ASKED_MS = 5_000;
/** How often a flood of nonsense is mentioned in the log. */
const COMPLAIN_EVERY_MS = 60_000;
/** Unknown gateways named in the log, and gateways remembered by address: a flood must not fill the memory. */
const MOST_MENTIONED = 5;
const MOST_SEEN = 1_000;
const MOST_ROUTES = 2_000;
/** A report has some hundred bytes: what is much larger was never sent by a gateway. */
const MOST_REPORT_BYTES = 8 * 1_024;
/** What a new device's sid looks like (lumi-lan.md §8.3). */
const DEVICE_SID = /^[0-9a-f]{10,16}$/;

export class Lan {
  readonly environment: LanEnvironment;
  readonly counts: LanCounts = { received: 0, copies: 0, malformed: 0, dropped: 0, foreign: 0, ignored: 0 };
  readonly #sockets: Sockets;
  readonly #floods: Floods;
  /** Reports from an address that is not their gateway's: released by an `iam` from there. */
  readonly #suspects: Suspects;
  /** Reports that one of several gateways at an address may own: released by their lists. */
  readonly #unclaimed: Suspects;
  readonly #members = new Set<Member>();
  readonly #sids = new Sids();
  readonly #mentioned = new Set<string>();
  /** Address by gateway sid, of every gateway that showed itself. */
  readonly #seen = new Map<string, string>();
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Questions that are being sent, by interface and host. */
  readonly #asking = new Map<string, Promise<void>>();
  #complainedAt = Number.NEGATIVE_INFINITY;
  #toldOfFloodAt = Number.NEGATIVE_INFINITY;

  constructor(environment: LanEnvironment) {
    this.environment = environment;
    this.#floods = new Floods(environment.clock);
    this.#sockets = new Sockets(environment, {
      multicast: (bytes, from) => this.#multicast(bytes, from),
      answer: (bytes, from, via) => this.#answer(bytes, from, via),
      changed: () => {
        for (const member of this.#members) member.networkChanged();
      },
    });
    this.#suspects = new Suspects(environment.clock, {
      release: (frame, from) => this.#route(frame, from, 'address'),
      // Not every gateway answers whois: its list may still tell.
      drop: (frame, from) => this.#route(frame, from, 'address'),
    });
    this.#unclaimed = new Suspects(environment.clock, {
      release: (frame, from) => this.#route(frame, from, 'lists'),
      drop: (_frame, from) => this.#foreign(from),
    });
  }

  get sockets(): SocketsState {
    return this.#sockets.state;
  }

  /** Every gateway that takes part, for the doctor and for discovery in the editor. */
  get members(): ReadonlySet<Member> {
    return this.#members;
  }

  enter(member: Member): void {
    this.#members.add(member);
    this.#sockets.use(member.interface);
    if (this.#sockets.state.error !== undefined) member.networkChanged();
  }

  /** Resolves when the sockets are closed, if this was the last member. */
  async leave(member: Member): Promise<void> {
    this.#members.delete(member);
    for (const sid of this.#sids.ownedBy(member)) this.disclaim(sid, member);
    if (this.#members.size === 0) {
      this.#suspects.clear();
      this.#unclaimed.clear();
    }
    await this.#sockets.release(member.interface);
  }

  /**
   * From now on, datagrams about `sid` go to `member`. Its list is the last word on whose a device is: `isListed` takes it from
   * every other gateway, which may have remembered it from another time.
   */
  claim(sid: string, member: Member, isListed = false): void {
    const members = this.#sids.ownersOf(sid);
    const left = isListed ? members.filter((one) => one.sid === member.sid) : members;
    if (left.length < members.length || !left.includes(member)) this.#sids.own(sid, [...left.filter((one) => one !== member), member]);
  }

  disclaim(sid: string, member: Member): void {
    const members = this.#sids.ownersOf(sid);
    if (members.includes(member))
      this.#sids.own(
        sid,
        members.filter((one) => one !== member),
      );
  }

  /**
   * Asks who is there: by multicast on each interface of the setting, or by unicast to `host`. Those who ask in the same moment ask once:
   * every gateway answers everybody, and twenty answers of twenty gateways would crowd out what they say next.
   * Resolves when everything was sent; rejects with `SOCKET` only when nothing could be sent.
   */
  whois(setting: string, host: string): Promise<void> {
    this.#askedAt = this.environment.clock.monotonic();
    const question = `${setting} ${host}`;
    const asking = this.#asking.get(question) ?? this.#whois(setting, host).finally(() => this.#asking.delete(question));
    this.#asking.set(question, asking);
    return asking;
  }

  async #whois(setting: string, host: string): Promise<void> {
    const { whoisPort } = this.environment;
    const vias = setting !== '' ? [setting] : host !== '' ? [ANY_INTERFACE] : this.#sockets.addressesOf(setting);
    const to = { address: host === '' ? GROUP : host, port: whoisPort };
    const results = await Promise.allSettled(vias.map((via) => this.#sockets.send(formatWhois(), to, via)));
    const refused = results.find((one) => one.status === 'rejected');
    if (refused !== undefined && results.every((one) => one.status === 'rejected')) throw refused.reason;
  }

  send(bytes: Uint8Array, to: Source, via: string): Promise<void> {
    return this.#sockets.send(bytes, to, via);
  }

  rejoin(): void {
    this.#sockets.rejoin();
  }

  #multicast(bytes: Buffer, from: Source): void {
    this.counts.received++;
    if (this.#floods.isMuted(from.address)) {
      this.counts.ignored++;
      return;
    }
    if (bytes.length > MOST_REPORT_BYTES) {
      this.#malformed('too large', from);
      return;
    }
    const text = bytes.toString('utf8');
    const result = parseText(text);
    if (!result.ok) {
      this.#malformed(result.reason, from);
      return;
    }
    const { frame } = result;
    const now = this.environment.clock.monotonic();
    const known = this.#sids.of(frame.sid);
    const { owner } = known;
    const address = owner?.address;
    const isFromOwner = address === from.address;
    // Its owner's own text where it can be: the one that came with the datagram need not be kept then.
    if (known.isCopy(text, isFromOwner ? address : from.address, now)) {
      this.counts.copies++;
      return;
    }
    if (frame.kind !== 'report' && frame.kind !== 'heartbeat') return;
    // Nearly every report: one owner, and it comes from where its owner is.
    if (owner !== undefined && isFromOwner) owner.hear(frame, known, now);
    else this.#route(frame, from, 'nothing');
  }

  #answer(bytes: Buffer, from: Source, via: string): void {
    if (this.#floods.isMuted(from.address)) {
      this.counts.ignored++;
      return;
    }
    // A list of a gateway may be long; strangers say no more than who they are.
    if (bytes.length > MOST_REPORT_BYTES && this.#at(from.address).length === 0) {
      this.#malformed('too large', from);
      return;
    }
    const result = parseText(bytes.toString('utf8'));
    if (!result.ok) {
      this.#malformed(result.reason, from);
      return;
    }
    const { frame } = result;
    if (frame.kind === 'iam') {
      // Nobody asks a thousand times a second.
      this.#useless(from);
      if (this.environment.clock.monotonic() - this.#askedAt < ASKED_MS) this.#found(foundByIam(frame, from, via));
      return;
    }
    const there = this.#at(from.address);
    if (there.length === 0) this.#foreign(from);
    const exactly = there.filter((member) => member.port === from.port);
    for (const member of exactly.length > 0 ? exactly : there) {
      if (this.#isListOfAnother(frame, member)) this.#askAround(member, from.address);
      else member.answer(frame);
    }
  }

  /** The list of a gateway that was seen elsewhere: the two have swapped addresses. Any other sid says nothing (lumi-lan.md §2.3). */
  #isListOfAnother(frame: Frame, member: Member): boolean {
    return frame.kind === 'list' && frame.sid !== member.sid && this.#seen.has(frame.sid);
  }

  #askAround(member: Member, address: string): void {
    for (const host of ['', address]) this.whois(member.interface, host).catch((error: unknown) => this.#warn(error));
  }

  #warn(error: unknown): void {
    this.environment.log.warn(error instanceof Error ? error.message : String(error));
  }

  #found(found: Found): void {
    if (found.sid === '') return;
    if (this.#seen.has(found.sid) || this.#seen.size < MOST_SEEN) this.#seen.set(found.sid, found.address);
    for (const member of this.#members) member.found(found);
    // After the members: one of them may just have learned its gateway's new address.
    if (found.by === 'iam' && !this.#isContested(found)) this.settled(found.address);
  }

  /** A gateway was believed to be at this address: what was held from there is routed. */
  settled(address: string): void {
    this.#suspects.answered(address);
  }

  /** It is known elsewhere, and its member is still finding out which is true. */
  #isContested({ sid, address }: Found): boolean {
    for (const member of this.#members) if (member.sid === sid && member.address !== undefined && member.address !== address) return true;
    return false;
  }

  #route(frame: Frame, from: Source, asked: Asked): void {
    const known = this.#sids.of(frame.sid);
    const now = this.environment.clock.monotonic();
    const { owners } = known;
    const isOwned = owners.length > 0;
    const there = this.#at(from.address);
    const hearers = owners.filter((member) => there.includes(member));
    for (const member of hearers) member.hear(frame, known, now);
    if (hearers.length > 0) return;
    if (!isOwned && frame.kind === 'heartbeat' && isToken(frame.token)) this.#hearStranger(frame, from);
    else if (isOwned && asked === 'nothing') this.#holdAndAsk(frame, from, owners);
    else if (there.length > 0 && !owners.some(({ sid }) => sid === frame.sid)) this.#routeNew(frame, from, there, asked);
    else if (isOwned) this.#drop(from);
    else this.#foreign(from);
  }

  #foreign(from: Source): void {
    this.counts.foreign++;
    this.#useless(from);
  }

  #drop(from: Source): void {
    this.counts.dropped++;
    this.#useless(from);
  }

  /** Nobody wants it. Who sends too many of these is not heard for a while, but never a gateway: anybody can forge its address. */
  #useless({ address }: Source): void {
    if (!this.#floods.isFlood(address) || this.#at(address).length > 0) return;
    this.#floods.mute(address);
    const now = this.environment.clock.monotonic();
    if (now - this.#toldOfFloodAt < COMPLAIN_EVERY_MS) return;
    this.#toldOfFloodAt = now;
    this.environment.log.warn(
      `${address} floods the network: more than a thousand datagrams a second that are of no use here. What comes from there is ignored for now; find out who that is.`,
    );
  }

  #at(address: string): Member[] {
    const there: Member[] = [];
    for (const member of this.#members) if (member.address === address) there.push(member);
    return there;
  }

  /** The gateway may have moved: ask the new address who it is before believing it. */
  #holdAndAsk(frame: Frame, from: Source, owners: readonly Member[]): void {
    const isFirst = this.#suspects.hold(frame, from);
    if (!isFirst) this.#useless(from);
    const [member] = owners;
    if (!isFirst || member === undefined) return;
    this.whois(member.interface, from.address).catch((error: unknown) => this.#warn(error));
  }

  /** A gateway that is nobody's, or not yet. */
  #hearStranger(frame: Frame, from: Source): void {
    this.#found(foundByHeartbeat(frame, from));
    const isAwaited = [...this.#members].some((member) => member.sid === undefined || member.sid === frame.sid);
    if (isAwaited) this.#useless(from);
    else this.#mention(frame.sid, from);
  }

  /** A device that no gateway at this address has claimed: a new one, or one that came from another gateway. */
  #routeNew(frame: Frame, from: Source, there: readonly Member[], asked: Asked): void {
    const [only] = there;
    const known = this.#sids.of(frame.sid);
    const isTheirs = known.isOwned;
    if (only !== undefined && !isTheirs && this.#isAlone(from.address) && this.#looksNew(frame.sid)) {
      // No datagram announces a new device: its first report does (lumi-lan.md §8.3).
      this.claim(frame.sid, only);
      only.hear(frame, known, this.environment.clock.monotonic());
      void only.relist();
      return;
    }
    if (asked === 'lists') {
      if (isTheirs) this.#drop(from);
      else this.#foreign(from);
      return;
    }
    // Several gateways behind one address (pretend ones, port forwarding): their lists tell whose it is.
    const isFirst = this.#unclaimed.hold(frame, from);
    if (isFirst) void Promise.all(there.map((member) => member.relist())).then(() => this.#unclaimed.answered(from.address));
  }

  /** True where only one gateway was ever seen. */
  #isAlone(address: string): boolean {
    let count = 0;
    for (const one of this.#seen.values()) if (one === address) count++;
    return count <= 1;
  }

  #looksNew(sid: string): boolean {
    return DEVICE_SID.test(sid) && this.#sids.owned < MOST_ROUTES;
  }

  #mention(sid: string, from: Source): void {
    this.#foreign(from);
    if (this.#mentioned.has(sid) || this.#mentioned.size >= MOST_MENTIONED) return;
    this.#mentioned.add(sid);
    const isLast = this.#mentioned.size === MOST_MENTIONED;
    this.environment.log.info(
      `Heard gateway ${sid} at ${from.address}, which no lumi-gateway node is configured for.${isLast ? ' Further ones are not mentioned.' : ''}`,
    );
  }

  #malformed(reason: string, from: Source): void {
    this.counts.malformed++;
    this.#useless(from);
    const now = this.environment.clock.monotonic();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.environment.log.warn(
      `A datagram from ${from.address} was no gateway message (${reason}); ${this.counts.malformed} so far. It was ignored.`,
    );
  }
}
