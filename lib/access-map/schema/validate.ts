/** Validates data against the schema and turns the validator's errors into problems of the map. */
import type { ErrorObject } from 'ajv';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import type { Report } from '../report/cursor.ts';
import { DURATION, intendedDuration } from '../report/durations.ts';
import { mapPointer } from '../report/map-pointer.ts';
import { nearest } from '../report/nearest.ts';
import { describeFound, escapePointer, type ProblemCode } from '../report/problems.ts';
import { unusualCharacterFix } from '../report/unusual-characters.ts';
import { diagnose, looksLikePattern, parseRoute } from '../routes/notation.ts';
import { mapValidator } from './validator.ts';
import { fixFor } from './value-fixes.ts';

interface Annotated {
  readonly expected?: string;
  readonly notation?: 'route' | 'pattern' | 'grant';
  readonly pattern?: string;
  readonly properties?: { readonly [key: string]: Annotated };
}

/**
 * Reports every deviation from the schema.
 * @param data integers and booleans have been converted (convert.ts).
 * @param broken pointers of values that the reader has reported already.
 * @returns the data with `null` for every value that has been reported, so that no later rule
 * reports it again.
 */
export function validate(data: unknown, broken: ReadonlySet<string>, report: Report): unknown {
  const check = mapValidator();
  if (check(data)) return broken.size === 0 ? data : without(broken, data, '');
  const faulty = new Set(broken);
  const collect: Report = {
    ...report,
    error: (code, pointer, detail, of) => {
      if (broken.has(pointer)) return;
      report.error(code, pointer, detail, of);
      if (!ABOUT_KEYS.has(code)) faulty.add(pointer);
    },
  };
  const errors = check.errors ?? [];
  const meant = new Set(errors.flatMap(intendedKey));
  for (const error of errors) if (!meant.has(missingAt(error) ?? '')) reportOne(error, collect);
  return without(faulty, data, '', meant);
}

const ABOUT_KEYS: ReadonlySet<ProblemCode> = new Set([
  'KEY_MISSING',
  'KEY_UNKNOWN',
  'NAME_INVALID',
]);

/** @param meant pointers of keys that another key stands for: they are present, and reported. */
function without(
  faulty: ReadonlySet<string>,
  value: unknown,
  pointer: string,
  meant: ReadonlySet<string> = new Set(),
): unknown {
  if (faulty.has(pointer)) return null;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => without(faulty, item, `${pointer}/${index}`, meant));
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value))
    copy[key] = without(faulty, item, `${pointer}/${escapePointer(key)}`, meant);
  for (const absent of meant) {
    const key = absent.slice(pointer.length + 1);
    if (absent === `${pointer}/${key}` && !key.includes('/')) copy[key] ??= null;
  }
  return copy;
}

/** The key that an unknown one is a misspelling of, where it is not there itself. */
function intendedKey({ keyword, params, instancePath, data, parentSchema }: ErrorObject): string[] {
  if (keyword !== 'additionalProperties' || !isObject(data)) return [];
  const known = Object.keys((parentSchema as Annotated).properties ?? {});
  const key = nearest(String(params['additionalProperty']), known);
  return key === undefined || Object.hasOwn(data, key) ? [] : [`${instancePath}/${key}`];
}

/** Where a required key is missing. */
const missingAt = ({ keyword, params, instancePath }: ErrorObject): string | undefined =>
  keyword === 'required' ? `${instancePath}/${String(params['missingProperty'])}` : undefined;

function reportOne(error: ErrorObject, report: Report): void {
  const node = error.parentSchema as Annotated;
  const { instancePath: pointer } = error;
  const handle = HANDLERS[error.keyword];
  if (handle) handle(pointer, error, node, report);
  else if (error.propertyName === undefined) wrongValue(pointer, error, node, report);
  else wrongName(pointer, error.propertyName, node, report);
}

type Handler = (pointer: string, error: ErrorObject, node: Annotated, report: Report) => void;

const HANDLERS: { readonly [keyword: string]: Handler | undefined } = {
  additionalProperties: unknownKey,
  required: missingKey,
  uniqueItems: duplicateItem,
  enum: wrongEnumValue,
  // Caused by the error of the name itself, which says more.
  propertyNames: () => undefined,
};

function unknownKey(
  pointer: string,
  { params, data }: ErrorObject,
  node: Annotated,
  report: Report,
): void {
  // Routes written as a mapping are one problem, of the mapping.
  if (
    pointer === mapPointer('routes') &&
    parseRoute(String(params['additionalProperty'])) !== undefined
  )
    return;
  if (isTextGoneWrong(node, data)) return;
  const key = String(params['additionalProperty']);
  const known = Object.keys(node.properties ?? {});
  const detail = {
    expected: `one of the keys ${known.join(', ')}`,
    found: describeFound(key),
    ...(SECRET.test(key)
      ? { fix: NO_SECRET }
      : { ...unusualCharacterFix(key), nearest: nearest(key, known) }),
  };
  report.error('KEY_UNKNOWN', `${pointer}/${escapePointer(key)}`, detail, 'key');
}

/** Keys that are written where a secret would follow. */
const SECRET = /secret|password|private_?key|api_?token/i;
const NO_SECRET =
  'no secret belongs in a map: remove it, and replace the secret if the file has been shared';

function missingKey(pointer: string, error: ErrorObject, node: Annotated, report: Report): void {
  const { params, data } = error;
  if (isTextGoneWrong(node, data)) {
    wrongValue(pointer, { ...error, keyword: 'type' }, node, report);
    return;
  }
  const [first] = isObject(data) ? Object.keys(data) : [];
  if (pointer === mapPointer('routes') && first !== undefined && parseRoute(first) !== undefined) {
    const found = 'a mapping of routes';
    const fix = `write ${describeFound(`- ${first}`)} in the place of ${describeFound(`${first}:`)}`;
    report.error('VALUE_TYPE', pointer, { expected: 'a list of routes', found, fix });
    return;
  }
  const key = String(params['missingProperty']);
  const what = node.properties?.[key]?.expected;
  report.error(
    'KEY_MISSING',
    pointer,
    { expected: `the key \`${key}\`${what ? ` (${what})` : ''}`, found: 'no such key' },
    'key',
  );
}

/**
 * A route with a colon and a space in it is a mapping to YAML: it is reported as a text, not as a
 * mapping without its keys.
 */
const isTextGoneWrong = (node: Annotated, data: unknown): boolean =>
  node.notation === 'route' && isObject(data) && !Object.hasOwn(data, 'route');

function duplicateItem(
  pointer: string,
  { params, data }: ErrorObject,
  _node: Annotated,
  report: Report,
): void {
  const item = Array.isArray(data) ? (data[Number(params['i'])] as unknown) : undefined;
  report.error(
    'VALUE_DUPLICATE',
    `${pointer}/${Math.max(Number(params['i']), Number(params['j']))}`,
    {
      expected: 'each item once',
      found: `${describeFound(item)} again`,
    },
  );
}

function wrongEnumValue(
  pointer: string,
  { params, data }: ErrorObject,
  node: Annotated,
  report: Report,
): void {
  const allowedValues = (params['allowedValues'] as readonly string[]).map(String);
  // Suggest nothing for a value with a number (`15 minutes`): a wrong guess would change the limit.
  const close =
    typeof data === 'string' && !/\d/.test(data) ? nearest(data, allowedValues) : undefined;
  report.error('VALUE_INVALID', pointer, {
    expected: node.expected ?? allowedValues.join(', '),
    found: describeFound(data),
    nearest: close,
  });
}

function wrongName(pointer: string, name: string, node: Annotated, report: Report): void {
  const expected = node.expected ?? 'a name';
  report.error(
    'NAME_INVALID',
    `${pointer}/${escapePointer(name)}`,
    { expected, found: describeFound(name) },
    'key',
  );
}

function wrongValue(pointer: string, error: ErrorObject, node: Annotated, report: Report): void {
  const { keyword, data } = error;
  const native = keyword === 'type' && (typeof data === 'number' || typeof data === 'boolean');
  const found = native ? `the ${typeof data} ${describeFound(data)}` : describeFound(data);
  if (keyword === 'pattern' && typeof data === 'string' && data.trim() !== '' && node.notation) {
    const notation = node.notation === 'grant' ? 'pattern' : node.notation;
    const code = notation === 'route' ? 'ROUTE_INVALID' : 'PATTERN_INVALID';
    const detail =
      node.notation === 'grant' && !looksLikePattern(data)
        ? { expected: node.expected ?? '' }
        : diagnose(data, notation);
    report.error(code, pointer, { ...detail, found, ...unusualCharacterFix(data) });
    return;
  }
  const expected = node.expected ?? `a value that satisfies ${keyword}`;
  const isShort = keyword === 'minItems' && Array.isArray(data) && data.length > 0;
  report.error(codeOf(keyword, data), pointer, {
    expected,
    found: isShort ? `a list of ${data.length}` : found,
    ...(node.pattern === DURATION && typeof data === 'string' ? intendedDuration(data) : {}),
    ...fixFor(pointer, keyword, data, expected),
  });
}

function codeOf(keyword: string, data: unknown): ProblemCode {
  if (data === null || data === '' || keyword === 'minItems' || keyword === 'minProperties')
    return 'VALUE_EMPTY';
  return keyword === 'type' ? 'VALUE_TYPE' : 'VALUE_INVALID';
}
