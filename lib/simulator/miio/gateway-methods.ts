/**
 * What gateways of the lumi family answer beside it: their LAN key, the radio, arming. Names of methods: lumi-lan.md §2.7, §4.5.
 * The forms of their parameters and answers are not documented there; these are the ones clients send, and unverified on hardware.
 */

import { gives, type Outcome, outcomes } from './answer';

const KEY = /^[\x20-\x7e]{16}$/;

/** Where the LAN key is kept: in the pretend gateway that this device is, or here. */
export interface LanKey {
  get(): string;
  set(key: string): void;
}

export interface Radio {
  readonly isPlaying: boolean;
  readonly volume: number;
  /** Number of the station, and its address where one was given. */
  readonly program: number;
  readonly url: string;
}

export function isGateway(model: string): boolean {
  return /^lumi\.(gateway|acpartner)\./.test(model);
}

export class GatewaySide {
  private readonly lanKey: LanKey;
  private playing: Radio = { isPlaying: false, volume: 30, program: 527_782_000, url: '' };
  private isArmed = false;

  constructor(lanKey: LanKey) {
    this.lanKey = lanKey;
  }

  get radio(): Radio {
    return this.playing;
  }

  get armed(): boolean {
    return this.isArmed;
  }

  /** Undefined where the method is none of these. */
  answer(method: string, params: unknown, count: (method: string) => void): Outcome | undefined {
    const outcome = this.decide(method, Array.isArray(params) ? params : [params]);
    const isCommand = !/^get_/.test(method);
    if (isCommand && outcome !== undefined && 'result' in outcome) count(method);
    return outcome;
  }

  private decide(method: string, params: readonly unknown[]): Outcome | undefined {
    switch (method) {
      case 'get_lumi_dpf_aes_key':
        return gives([this.lanKey.get()]);
      case 'set_lumi_dpf_aes_key':
        return this.setKey(params[0]);
      case 'get_arming':
        return gives([this.isArmed ? 'on' : 'off']);
      case 'set_arming':
        return this.arm(params[0]);
      case 'get_prop_fm':
        return gives(this.describeRadio());
      case 'play_fm':
        return this.playFm(params[0]);
      case 'play_specify_fm':
        return this.playStation(params);
      case 'volume_ctrl_fm':
        return this.setVolume(params[0]);
      default:
        return undefined;
    }
  }

  private setKey(key: unknown): Outcome {
    if (typeof key !== 'string' || !KEY.test(key)) return outcomes.badParams;
    this.lanKey.set(key);
    return gives(['ok']);
  }

  private arm(word: unknown): Outcome {
    if (word !== 'on' && word !== 'off') return outcomes.badParams;
    this.isArmed = word === 'on';
    return gives(['ok']);
  }

  private describeRadio(): object {
    const { isPlaying, volume, program, url } = this.playing;
    const status = isPlaying ? 'run' : 'pause';
    return {
      current_program: program,
      current_volume: volume,
      current_player: 0,
      current_status: status,
      current_progress: 0,
      current_url: url,
    };
  }

  private playFm(word: unknown): Outcome {
    if (isStation(word)) return this.playStation([word]);
    if (word !== 'on' && word !== 'off' && word !== 'toggle' && word !== 'next' && word !== 'prev') return outcomes.badParams;
    const isPlaying = word === 'toggle' ? !this.playing.isPlaying : word !== 'off';
    this.playing = { ...this.playing, isPlaying };
    return gives(['ok']);
  }

  /** `[number, volume]`, or one object with the number and the address of a station. */
  private playStation([station, volume]: readonly unknown[]): Outcome {
    const { id, url } = isStation(station) ? station : { id: station, url: undefined };
    if (typeof id !== 'number' || !Number.isInteger(id)) return outcomes.badParams;
    if (volume !== undefined && volumeOf(volume) === undefined) return outcomes.badParams;
    this.playing = {
      isPlaying: true,
      volume: volumeOf(volume) ?? this.playing.volume,
      program: id,
      url: typeof url === 'string' ? url : '',
    };
    return gives(['ok']);
  }

  private setVolume(given: unknown): Outcome {
    const volume = volumeOf(given);
    if (volume === undefined) return outcomes.badParams;
    this.playing = { ...this.playing, volume };
    return gives(['ok']);
  }
}

function isStation(value: unknown): value is { readonly id?: unknown; readonly url?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 0 to 100, as a number or as text. */
function volumeOf(value: unknown): number | undefined {
  const volume = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value;
  return typeof volume === 'number' && Number.isInteger(volume) && volume >= 0 && volume <= 100 ? volume : undefined;
}
