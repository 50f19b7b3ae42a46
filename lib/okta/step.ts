/**
 * One write to the org, as it is reviewed: ids of objects that do not exist yet are references.
 */
import { isObject } from '../../lambda/core/json/json-object.ts';
import { groupsExpression } from './claim-filter.ts';
import type { Json, JsonObject, WriteMethod } from './org.ts';

/** Stands for an id: `server:orders`, `group:orders-readers`, `app:orders-web`. */
export interface Ref {
  readonly $ref: string;
}

/** Becomes the expression of a groups claim. */
export interface GroupsTemplate {
  readonly $groups: readonly (string | Ref)[];
}

export type Template =
  | null
  | boolean
  | number
  | string
  | Ref
  | GroupsTemplate
  | readonly Template[]
  | { readonly [key: string]: Template };

export type Path = readonly (string | Ref)[];

export interface Change {
  readonly what: string;
  readonly from?: Json;
  readonly to: Json;
}

export interface PlanStep {
  readonly action:
    | 'create'
    | 'update'
    | 'delete'
    | 'activate'
    | 'deactivate'
    | 'assign'
    | 'verify'
    | 'unassign';
  readonly kind:
    | 'server'
    | 'scope'
    | 'claim'
    | 'policy'
    | 'policy rule'
    | 'group'
    | 'group rule'
    | 'app'
    | 'trusted origin'
    | 'event hook';
  readonly name: string;
  readonly changes: readonly Change[];
  readonly request: {
    readonly method: WriteMethod;
    readonly path: Path;
    readonly body?: { readonly [key: string]: Template };
    /**
     * The body is laid over what Okta has, or over its profile: a PUT replaces the whole object,
     * and what we do not know must stay.
     */
    readonly merge?: 'all' | 'profile';
  };
  /** The reference that the id of the created object answers. */
  readonly gives?: string;
  /** What Okta does after its answer, and what is waited for. */
  readonly settle?: 'active' | 'gone';
  /** The object is removed and created again, since Okta cannot change it. */
  readonly replaces?: boolean;
}

export type Ids = ReadonlyMap<string, string>;

export const ref = ($ref: string): Ref => ({ $ref });

const isRef = (value: unknown): value is Ref =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '$ref');
const isGroups = (value: unknown): value is GroupsTemplate =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '$groups');

/**
 * @throws RangeError for a reference that no object has answered yet: a bug in the order of steps.
 */
function idOf({ $ref }: Ref, ids: Ids): string {
  const id = ids.get($ref);
  if (id === undefined) throw new RangeError(`\`${$ref}\` is used before it exists`);
  return id;
}

export const pathOf = (path: Path, ids: Ids): string =>
  path
    .map((part) => (typeof part === 'string' ? part : encodeURIComponent(idOf(part, ids))))
    .join('');

export const bodyOf = (body: Readonly<Record<string, Template>>, ids: Ids): JsonObject =>
  filled(body, ids) as JsonObject;

function filled(value: Template, ids: Ids): Json {
  if (isRef(value)) return idOf(value, ids);
  if (isGroups(value))
    return groupsExpression(value.$groups.map((id) => (isRef(id) ? idOf(id, ids) : id)));
  if (Array.isArray(value)) return value.map((item: Template) => filled(item, ids));
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filled(item as Template, ids)]),
  );
}

/**
 * Two steps with the same print do the same to the same object, in whatever order their keys are.
 */
export const printOf = ({ replaces: _, ...step }: PlanStep): string =>
  JSON.stringify(step, (_key, value: unknown) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
