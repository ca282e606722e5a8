/**
 * Which description a model has, where no account says it: looked up in the public list of all descriptions, and kept on the disk by
 * model. The list has some megabytes: it is fetched once for all models that are wanted, and none of it is kept beside them.
 */

import type { Clock } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import type { SpecCache } from './spec-cache';
import type { Download } from './spec-download';
import { fieldOf, numberOf, recordOf, textOf } from './spec-json';
import { Kept } from './spec-kept';
import { parseReleases, type SpecRelease, urnOfModel } from './spec-releases';
import { Troubles } from './spec-troubles';
import { isDeviceUrn } from './spec-urn';

export interface ModelsOptions {
  readonly download: Download;
  readonly cache: SpecCache;
  readonly clock: Clock;
}

const PATH = '/miot-spec-v2/instances?status=released';
const MODEL = /^[\w-]+(\.[\w-]+){1,5}$/;
const MOST_CHARACTERS = 100;
/** A device may get a newer description with its firmware; an older one describes it well enough. */
const STALE_MS = 30 * 24 * 3_600_000;
const REFUSAL_MS = 600_000;

interface Known {
  readonly urn: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class SpecModels {
  readonly #options: ModelsOptions;
  readonly #known = new Kept<string>();
  readonly #troubles: Troubles<LumiotError>;
  readonly #wanted = new Set<string>();
  #round: Promise<void> | undefined;

  constructor(options: ModelsOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.clock);
  }

  /** URN of the newest released description. Rejects with `UNSUPPORTED` where there is none, and with `CLOUD_UNREACHABLE`. */
  async urnOf(model: string): Promise<string> {
    if (model.length > MOST_CHARACTERS || !MODEL.test(model))
      throw new LumiotError('UNSUPPORTED', `"${model.slice(0, MOST_CHARACTERS)}" is no model: it looks like "yeelink.light.lamp1".`);
    const known = this.#known.get(model);
    if (known !== undefined) return known;
    const { clock, cache } = this.#options;
    const stored = storedUrn(await cache.load('model', model));
    if (stored !== undefined && clock.now() - stored.at < STALE_MS) return this.#keep(model, stored.urn);
    try {
      return await this.#looked(model);
    } catch (error) {
      if (stored !== undefined) return this.#keep(model, stored.urn);
      throw error;
    }
  }

  async #looked(model: string): Promise<string> {
    const trouble = this.#troubles.get(model);
    if (trouble !== undefined) throw trouble;
    this.#wanted.add(model);
    // Who comes while the list is being read was not looked for in it.
    while (this.#wanted.has(model) && this.#known.get(model) === undefined) {
      this.#round ??= this.#fetch().finally(() => {
        this.#round = undefined;
      });
      await this.#round;
    }
    const found = this.#known.get(model);
    if (found !== undefined) return found;
    const error = new LumiotError(
      'UNSUPPORTED',
      `The public list of MIoT-Spec-V2 has no description of the model ${model}. Use numbers such as "2.1" for its properties.`,
    );
    this.#troubles.add(model, error, REFUSAL_MS);
    throw error;
  }

  async #fetch(): Promise<void> {
    const models = [...this.#wanted];
    try {
      const releases = await this.#options.download.fetch(PATH, 'The public list of descriptions', (json) => wanted(json, models));
      for (const model of models) {
        const urn = urnOfModel(releases, model);
        if (urn === undefined) continue;
        this.#keep(model, urn);
        await this.#options.cache.store('model', model, { urn, at: this.#options.clock.now() } satisfies Known);
      }
    } catch (error) {
      throw toLumiotError(error, 'CLOUD_UNREACHABLE');
    } finally {
      for (const model of models) this.#wanted.delete(model);
    }
  }

  #keep(model: string, urn: string): string {
    this.#known.set(model, urn);
    return urn;
  }
}

/** Of tens of thousands of rows those that somebody asked for. */
function wanted(json: unknown, models: readonly string[]): readonly SpecRelease[] {
  const releases = parseReleases(json);
  if (releases.length === 0) throw new LumiotError('UNSUPPORTED', 'This is no list of descriptions.');
  return releases.filter(({ model }) => models.includes(model));
}

function storedUrn(stored: unknown): Known | undefined {
  const record = recordOf(stored);
  const urn = record === undefined ? '' : textOf(fieldOf(record, 'urn'));
  if (record === undefined || !isDeviceUrn(urn)) return undefined;
  return { urn, at: numberOf(fieldOf(record, 'at')) ?? 0 };
}
