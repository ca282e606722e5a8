/** The public list of all descriptions: which URN a model has, where no account says it (miot-cloud.md §4.1). */

import { fieldOf, listOf, numberOf, recordOf, textOf } from './spec-json';
import { isDeviceUrn } from './spec-urn';

export interface SpecRelease {
  readonly model: string;
  readonly urn: string;
  readonly version: number;
  /** Some are drafts. */
  readonly isReleased: boolean;
}

/** The list has tens of thousands of rows. */
const MOST_RELEASES = 200_000;

/** Rows that make no sense are left out; an empty list for what is none. */
export function parseReleases(json: unknown): SpecRelease[] {
  return listOf(fieldOf(recordOf(json) ?? {}, 'instances'), MOST_RELEASES).flatMap((entry): SpecRelease[] => {
    const row = recordOf(entry) ?? {};
    const [model, urn, status] = ['model', 'type', 'status'].map((name) => textOf(fieldOf(row, name)));
    if (model === undefined || model === '' || urn === undefined || !isDeviceUrn(urn)) return [];
    return [{ model, urn, version: numberOf(fieldOf(row, 'version')) ?? 0, isReleased: status === 'released' || status === '' }];
  });
}

/** The newest released description of a model, else the newest draft. */
export function urnOfModel(releases: readonly SpecRelease[], model: string): string | undefined {
  const [newest] = releases
    .filter((release) => release.model === model)
    .sort((one, other) => Number(other.isReleased) - Number(one.isReleased) || other.version - one.version);
  return newest?.urn;
}
