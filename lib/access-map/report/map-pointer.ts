/** Pointers into a map whose keys the compiler checks against the schema. */

import type { AccessMapInput } from '../schema/schema.ts';
import type { KeyOf, ShapeAt } from './cursor.ts';
import { pointerTo } from './problems.ts';

/** Keys from a mapping inwards; the number of an item in a list. */
type PathIn<Shape> =
  | readonly []
  | (Shape extends readonly (infer Item)[] ? ItemPath<Item> : KeyPath<Shape>);
type ItemPath<Item> = readonly [number, ...PathIn<Item>];
type KeyPath<Shape> = {
  readonly [Key in KeyOf<Shape>]: readonly [Key, ...PathIn<ShapeAt<Shape, Key>>];
}[KeyOf<Shape>];

/** Where a value of a map is: its keys from the whole map inwards. */
export type MapPath = PathIn<AccessMapInput>;

/** `mapPointer('api', 'cors')`: where a value of the map is, whether the map has it or not. */
export const mapPointer = (...path: MapPath): string => pointerTo(path.map((key) => String(key)));
