/**
 * `blocked` of an overlay: adds to the base's lists. A list that replaced them would unblock
 * everyone whom the base blocks.
 */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { Data, MapDocument } from '../report/cursor.ts';

export interface Layer {
  readonly document: MapDocument;
  readonly blocked: unknown;
}

type PlaceOf = MapDocument['placeOf'];

export interface BlockedWithPlaces {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

/**
 * Both lists of each kind, the base's first. What is not a list is left for the schema to refuse,
 * in the file that it is in.
 */
export function mergeBlocked(base: Layer, overlay: Layer): BlockedWithPlaces {
  if (!isObject(overlay.blocked))
    return { value: overlay.blocked, placeOf: overlay.document.placeOf };
  if (!isObject(base.blocked)) return { value: base.blocked, placeOf: base.document.placeOf };
  const [baseData, overlayData] = [base.blocked, overlay.blocked];
  const value: Record<string, unknown> = Object.assign(Object.create(null), baseData, overlayData);
  for (const kind of Object.keys(baseData))
    value[kind] = mergedList(baseData[kind], overlayData[kind]);
  return {
    value,
    placeOf: (pointer, of) => placeIn(pointer, of, { base, overlay, baseData, overlayData }),
  };
}

function mergedList(baseData: unknown, overlayData: unknown): unknown {
  if (!Array.isArray(baseData) || overlayData === undefined) return baseData;
  return Array.isArray(overlayData)
    ? [...baseData, ...added(baseData, overlayData).map((index): unknown => overlayData[index])]
    : overlayData;
}

/** Indices of the overlay's items that the base does not have. */
const added = (baseData: readonly unknown[], overlayData: readonly unknown[]): readonly number[] =>
  overlayData.flatMap((item, index) => (baseData.includes(item) ? [] : [index]));

interface MergedBlocked {
  readonly base: Layer;
  readonly overlay: Layer;
  readonly baseData: Data;
  readonly overlayData: Data;
}

function placeIn(
  pointer: string,
  of: Parameters<PlaceOf>[1],
  { base, overlay, baseData, overlayData }: MergedBlocked,
): ReturnType<PlaceOf> {
  const [, section = '', kind = '', index] = pointer.split('/');
  const [low, high] = [baseData[kind], overlayData[kind]];
  if (high === undefined)
    return (kind !== '' && Object.hasOwn(baseData, kind) ? base : overlay).document.placeOf(
      pointer,
      of,
    );
  if (!Array.isArray(low) || !Array.isArray(high) || index === undefined) {
    const owner = low !== undefined && !Array.isArray(low) ? base : overlay;
    return owner.document.placeOf(pointer, of);
  }
  if (Number(index) < low.length) return base.document.placeOf(pointer, of);
  return overlay.document.placeOf(
    `/${section}/${kind}/${added(low, high)[Number(index) - low.length] ?? index}`,
    of,
  );
}
