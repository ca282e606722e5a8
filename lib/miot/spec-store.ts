/** Descriptions of devices: asked for once, kept in memory and on the disk, and there when the network is not (miot-cloud.md §4.1). */

import type { Clock } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import type { Http } from './http';
import { SpecCache } from './spec-cache';
import { Download, Unreachable } from './spec-download';
import { recordOf } from './spec-json';
import { Kept } from './spec-kept';
import { SpecModels } from './spec-models';
import { parseSpec } from './spec-parse';
import { Troubles } from './spec-troubles';
import type { DeviceSpec } from './spec-types';
import { isDeviceUrn, withoutVersion } from './spec-urn';

export interface SpecsOptions {
  /** Base URLs, the preferred one first: `endpointsOf(settings).specs`. */
  readonly endpoints: readonly string[];
  /** Where descriptions are kept, e.g. `<userDir>/lumiot/specs`; undefined: in memory only. */
  readonly folder: string | undefined;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: { readonly warn: (text: string) => void };
}

/** How long a refusal holds: neither for each property of a device, nor until the next start. */
const REFUSAL_MS = 600_000;
/** How long at first, where the address is in trouble over this one alone. */
const TROUBLE_MS = 60_000;
/** A dialog waits for the labels, and can do without. */
const LABEL_TRIES = 2;

export class Specs {
  readonly #options: SpecsOptions;
  readonly #cache: SpecCache;
  readonly #download: Download;
  readonly #models: SpecModels;
  /** What was read, checked once; by URN. */
  readonly #instances = new Kept<unknown>();
  /** Translations by URN; undefined where there are none for now. */
  readonly #languages = new Kept<{ readonly json: unknown; readonly until: number }>();
  /** By URN and language. */
  readonly #parsed = new Kept<DeviceSpec>();
  readonly #troubles: Troubles<LumiotError>;
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(options: SpecsOptions) {
    this.#options = options;
    this.#cache = new SpecCache({ folder: options.folder, onProblem: (text) => options.log.warn(text) });
    this.#download = new Download(options);
    this.#models = new SpecModels({ download: this.#download, cache: this.#cache, clock: options.clock });
    this.#troubles = new Troubles(options.clock);
  }

  /**
   * Description of a device, with labels in `language` ('de', 'zh-CN') where there are any. Names are the same in every language.
   * Rejects with `UNSUPPORTED` where there is none, and with `CLOUD_UNREACHABLE`.
   */
  async get(urn: string, language?: string): Promise<DeviceSpec> {
    if (!isDeviceUrn(urn))
      throw new LumiotError(
        'UNSUPPORTED',
        `"${urn.slice(0, 100)}" names no description of a device: a URN such as urn:miot-spec-v2:device:light:… is needed.`,
      );
    const key = `${urn} ${language ?? ''}`;
    const known = this.#parsed.get(key);
    if (known !== undefined) return known;
    const [instance, languages] = await Promise.all([this.#instance(urn), language === undefined ? undefined : this.#translations(urn)]);
    const already = this.#parsed.get(key);
    if (already !== undefined) return already;
    // What the account calls it, whatever the description calls itself.
    const spec: DeviceSpec = { ...parseSpec(instance, languages, language), urn };
    // Without its translations it is good for now, and made again when they are there.
    if (language === undefined || languages !== undefined) this.#parsed.set(key, spec);
    return spec;
  }

  /** URN of the description of a model. Rejects like `get`. */
  urnOf(model: string): Promise<string> {
    return this.#models.urnOf(model);
  }

  /** Ends what is under way: it rejects. */
  close(): void {
    this.#download.close();
  }

  #instance(urn: string): Promise<unknown> {
    const known = this.#instances.get(urn);
    if (known !== undefined) return Promise.resolve(known);
    return this.#once(`instance ${urn}`, async () => {
      const instance = (await this.#overridden(urn)) ?? (await this.#stored(urn)) ?? (await this.#fetched(urn));
      this.#instances.set(urn, instance);
      return instance;
    });
  }

  async #overridden(urn: string): Promise<unknown> {
    const override = await this.#cache.override(urn);
    if (override === undefined) return undefined;
    return this.#checked(override.json, (why) => `Your device description ${override.path} is not used: ${why}`);
  }

  async #stored(urn: string): Promise<unknown> {
    const stored = await this.#cache.load('instance', urn);
    return stored === undefined ? undefined : this.#checked(stored, (why) => `The stored description of ${urn} is loaded anew: ${why}`);
  }

  /** A file is input like any other. */
  #checked(json: unknown, complaint: (why: string) => string): unknown {
    try {
      parseSpec(json);
      return json;
    } catch (error) {
      this.#options.log.warn(complaint(toLumiotError(error, 'UNSUPPORTED').message));
      return undefined;
    }
  }

  async #fetched(urn: string): Promise<unknown> {
    const trouble = this.#troubles.get(urn);
    if (trouble !== undefined) throw trouble;
    const path = `/miot-spec-v2/instance?type=${encodeURIComponent(urn)}`;
    try {
      const instance = await this.#download.fetch(path, `The description ${urn}`, (json) => {
        if (!isSameDevice(parseSpec(json).urn, urn))
          throw new LumiotError('UNSUPPORTED', `The description is of another device than ${urn}.`);
        return json;
      });
      this.#troubles.clear(urn);
      await this.#cache.store('instance', urn, instance);
      return instance;
    } catch (error) {
      if (error instanceof Unreachable) {
        // Silence is remembered for all of them, over there.
        if (!error.isSilence) this.#troubles.add(urn, error, TROUBLE_MS);
      } else if (error instanceof LumiotError && error.code === 'UNSUPPORTED') this.#troubles.add(urn, error, REFUSAL_MS);
      throw error;
    }
  }

  /** Never rejects: labels are a comfort. */
  async #translations(urn: string): Promise<unknown> {
    const { clock } = this.#options;
    const known = this.#languages.get(urn);
    if (known !== undefined && known.until > clock.monotonic()) return known.json;
    return this.#once(`languages ${urn}`, async () => {
      const json = (await this.#cache.load('languages', urn)) ?? (await this.#fetchedLanguages(urn));
      this.#languages.set(urn, { json, until: json === undefined ? clock.monotonic() + REFUSAL_MS : Number.POSITIVE_INFINITY });
      return json;
    });
  }

  async #fetchedLanguages(urn: string): Promise<unknown> {
    try {
      const path = `/instance/v2/multiLanguage?urn=${encodeURIComponent(urn)}`;
      const json = await this.#download.fetch(path, `The labels of ${urn}`, translationsOf, LABEL_TRIES);
      await this.#cache.store('languages', urn, json);
      return json;
    } catch {
      return undefined;
    }
  }

  /** Whoever asks for the same thing meanwhile gets the same answer. */
  #once(key: string, make: () => Promise<unknown>): Promise<unknown> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const made = make().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, made);
    return made;
  }
}

function translationsOf(json: unknown): unknown {
  if (recordOf(recordOf(json)?.data) === undefined) throw new LumiotError('UNSUPPORTED', 'These are no translations.');
  return json;
}

/** Whatever the version of the description. */
function isSameDevice(one: string, other: string): boolean {
  return withoutVersion(one).toLowerCase() === withoutVersion(other).toLowerCase();
}
