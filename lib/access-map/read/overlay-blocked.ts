/** `blocked` of an overlay: who is blocked in the base stays blocked, since a list of a stage's own would let everyone in again. */
import { type Data, isData, type MapDocument } from '../report/cursor.ts';

export interface Layer {
  readonly document: MapDocument;
  readonly blocked: unknown;
}

type PlaceOf = MapDocument['placeOf'];

export interface JoinedBlocked {
  readonly value: unknown;
  readonly placeOf: PlaceOf;
}

/** Both lists of each kind, the base's first. What is not a list is left for the schema to refuse, in the file that it stands in. */
export function joinBlocked(base: Layer, overlay: Layer): JoinedBlocked {
  if (!isData(overlay.blocked)) return { value: overlay.blocked, placeOf: overlay.document.placeOf };
  if (!isData(base.blocked)) return { value: base.blocked, placeOf: base.document.placeOf };
  const [below, above] = [base.blocked, overlay.blocked];
  const value: Record<string, unknown> = Object.assign(Object.create(null), below, above);
  for (const kind of Object.keys(below)) value[kind] = joined(below[kind], above[kind]);
  return { value, placeOf: (pointer, of) => placeIn(pointer, of, { base, overlay, below, above }) };
}

function joined(below: unknown, above: unknown): unknown {
  if (!Array.isArray(below) || above === undefined) return below;
  return Array.isArray(above) ? [...below, ...added(below, above).map((index): unknown => above[index])] : above;
}

/** Indices of the overlay's items that the base does not have. */
const added = (below: readonly unknown[], above: readonly unknown[]): readonly number[] =>
  above.flatMap((item, index) => (below.includes(item) ? [] : [index]));

interface Joint {
  readonly base: Layer;
  readonly overlay: Layer;
  readonly below: Data;
  readonly above: Data;
}

function placeIn(pointer: string, of: Parameters<PlaceOf>[1], { base, overlay, below, above }: Joint): ReturnType<PlaceOf> {
  const [, section = '', kind = '', index] = pointer.split('/');
  const [low, high] = [below[kind], above[kind]];
  if (high === undefined) return (kind !== '' && Object.hasOwn(below, kind) ? base : overlay).document.placeOf(pointer, of);
  if (!Array.isArray(low) || !Array.isArray(high) || index === undefined) {
    const owner = low !== undefined && !Array.isArray(low) ? base : overlay;
    return owner.document.placeOf(pointer, of);
  }
  if (Number(index) < low.length) return base.document.placeOf(pointer, of);
  return overlay.document.placeOf(`/${section}/${kind}/${added(low, high)[Number(index) - low.length] ?? index}`, of);
}
