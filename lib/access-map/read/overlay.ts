/**
 * `extends`: a map for one stage on top of a base map. It may change where and for whom the API
 * runs, never who may call what, so that what staging proves holds in production.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { at, type Cursor, type Data, type MapDocument, newReport, text } from '../report/cursor.ts';
import { foundOf } from '../report/file-refusal.ts';
import { mapPointer } from '../report/map-pointer.ts';
import { code, escapePointer } from '../report/problems.ts';
import type { ReadFile } from '../routes/openapi-inventory.ts';
import type { AccessMapInput } from '../schema/schema.ts';
import { type BlockedWithPlaces, mergeBlocked } from './overlay-blocked.ts';
import { type ReadMap, readYaml } from './read-yaml.ts';

/** What an overlay may have beside `extends`. */
const OVERRIDABLE = [
  'api',
  'okta',
  'machines',
  'blocked',
  'mode',
  'audit',
  'tests',
] as const satisfies readonly (keyof AccessMapInput)[];
/**
 * Sections whose keys are changed one by one; `blocked` of both holds, and of the others the
 * overlay's replaces the base's.
 */
const MERGED: ReadonlySet<string> = new Set(['api', 'okta']);

/** The key that only a base can have, and that no map goes without. */
const BASE_KEYS = ['routes'] as const;

/** A reading, and how the files are read that the map names. */
export interface Based extends ReadMap {
  readonly readFile: ReadFile | undefined;
}

/**
 * The map with its base under it, or as it is where it extends nothing. Problems and places are
 * those of the file that a value is in.
 * @param readFile reads names relative to the overlay; what is returned reads those of the base,
 * which alone can name files.
 */
export function withBase(overlay: ReadMap, readFile: ReadFile | undefined): Based {
  const { document } = overlay;
  if (!document || !isObject(document.data) || document.data['extends'] === undefined)
    return { ...overlay, readFile };
  const report = newReport(document);
  const root: Cursor<AccessMapInput> = { value: document.data, pointer: '' };
  for (const key of Object.keys(document.data)) {
    if (key === 'extends' || OVERRIDABLE.some((name) => name === key)) continue;
    const expected = `beside \`extends\` only ${OVERRIDABLE.join(', ')}: the base alone says who may call what`;
    report.error('KEY_CONFLICT', `/${escapePointer(key)}`, { expected, found: code(key) }, 'key');
  }
  const name = text(at(root, 'extends'));
  if (name === undefined)
    report.error('VALUE_TYPE', mapPointer('extends'), {
      expected: 'the name of a file',
      found: 'something else',
    });
  const base = name === undefined ? undefined : readBase(name, readFile, document, report);
  const problems = [...overlay.problems, ...report.problems, ...(base?.problems ?? [])];
  if (report.problems.length > 0 || !base?.document || name === undefined)
    return { problems, broken: new Set(), readFile };
  const merged = merge(base.document, document);
  return {
    document: merged,
    problems,
    broken: new Set([...overlay.broken, ...base.broken]),
    readFile: from(name, readFile),
  };
}

/** What the base names is in the base's folder. */
const from = (base: string, readFile: ReadFile | undefined): ReadFile | undefined =>
  readFile && ((name) => readFile(isAbsolute(name) ? name : join(dirname(base), name)));

function readBase(
  name: string,
  readFile: ReadFile | undefined,
  overlay: MapDocument,
  report: ReturnType<typeof newReport>,
): ReadMap | undefined {
  const path = isAbsolute(name) ? name : join(folderOf(overlay.source), name);
  let content: string | Uint8Array;
  try {
    if (!readFile) throw new Error('no folder');
    content = readFile(name);
  } catch (error) {
    report.error('FILE_UNREADABLE', mapPointer('extends'), {
      expected: 'the file of a base map',
      ...foundOf(error, code(path), `no file at ${code(path)}`),
    });
    return undefined;
  }
  const base = readYaml(
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
    path,
    BASE_KEYS,
  );
  if (
    base.document &&
    isObject(base.document.data) &&
    base.document.data['extends'] !== undefined
  ) {
    const found = `${code(name)}, which extends another`;
    report.error('KEY_CONFLICT', mapPointer('extends'), {
      expected: 'a base map that extends nothing',
      found,
    });
  }
  return base;
}

/** An object is in no file: its base is named from the project's folder. */
const folderOf = (source: string): string => (source.includes('#/') ? '.' : dirname(source));

const BLOCKED = mapPointer('blocked');

function merge(base: MapDocument, overlay: MapDocument): MapDocument {
  const baseData = isObject(base.data) ? base.data : {};
  const overlayData = isObject(overlay.data) ? overlay.data : {};
  const data: Record<string, unknown> = Object.assign(Object.create(null), baseData);
  for (const [key, value] of Object.entries(overlayData)) {
    if (key !== 'extends')
      data[key] = isMerged(key, baseData, overlayData)
        ? Object.assign(Object.create(null), baseData[key], value)
        : value;
  }
  const blocked = blockedOfBoth(base, overlay);
  if (blocked !== undefined) data['blocked'] = blocked.value;
  const placeOf: MapDocument['placeOf'] = (pointer, of) =>
    blocked !== undefined && (pointer === BLOCKED || pointer.startsWith(`${BLOCKED}/`))
      ? blocked.placeOf(pointer, of)
      : ownerOf(pointer, { base, overlay, baseData, overlayData }).placeOf(pointer, of);
  return { source: overlay.source, data, placeOf };
}

function blockedOfBoth(base: MapDocument, overlay: MapDocument): BlockedWithPlaces | undefined {
  const [low, high] = [base, overlay].map((document) => ({
    document,
    blocked: (isObject(document.data) ? document.data : {})['blocked'],
  }));
  return low?.blocked === undefined || high?.blocked === undefined
    ? undefined
    : mergeBlocked(low, high);
}

const isMerged = (key: string, baseData: Data, overlayData: Data): boolean =>
  MERGED.has(key) && isObject(baseData[key]) && isObject(overlayData[key]);

interface Layers {
  readonly base: MapDocument;
  readonly overlay: MapDocument;
  readonly baseData: Data;
  readonly overlayData: Data;
}

/** The document that supplies the value at a pointer; the overlay where neither has it. */
function ownerOf(pointer: string, { base, overlay, baseData, overlayData }: Layers): MapDocument {
  const [, section = '', key] = pointer.split('/');
  if (section === '' || !Object.hasOwn(baseData, section)) return overlay;
  if (!Object.hasOwn(overlayData, section)) return base;
  if (key === undefined || !isMerged(section, baseData, overlayData)) return overlay;
  const own = overlayData[section] as Data;
  return Object.hasOwn(own, key) || !Object.hasOwn(baseData[section] as Data, key) ? overlay : base;
}
