/**
 * The access map: one file, or one object, that says which Okta group may call which route, and how
 * often.
 */
import { dirname } from 'node:path';
import { APP_CONTEXT } from '../../lambda/core/contract/app-context.ts';
import type { ModelFile } from '../../lambda/core/model/model-file.ts';
import type { RuleTableFile } from '../../lambda/core/model/rule-table-file.ts';
import type { CachePlan } from './cache/cache-plan.ts';
import {
  type Compiled,
  type CompileOptions,
  compile,
  type GatewayRoute,
} from './compile/compile.ts';
import { filesIn, readMapFile } from './read/map-files.ts';
import { withBase } from './read/overlay.ts';
import { readObject } from './read/read-object.ts';
import { type ReadMap, readYaml } from './read/read-yaml.ts';
import { inFileOrder, type MapDocument } from './report/cursor.ts';
import { AccessMapError, type Place, type Problem } from './report/problems.ts';
import type { AccessMapInput } from './schema/schema.ts';
import type { ApiSettings } from './sections/api-section.ts';
import type { AuditSettings } from './sections/audit-section.ts';
import type { OktaSide } from './sections/manage-section.ts';
import type { PermissionsEndpoint } from './sections/permissions-endpoint-section.ts';
import type { RevocationSettings } from './sections/revocation-section.ts';
import type { AccessRule } from './sections/rules-section.ts';
import type { AccessMapTest } from './sections/tests-section.ts';

/** What messages call a map that `cdk.json` holds as an object. */
export const MAP_CONTEXT_PLACE = `cdk.json#/context/${APP_CONTEXT.accessMap}`;

export interface AccessMapOptions extends CompileOptions {
  /**
   * Folder that files which the map names must lie below. Default: the nearest folder above the map
   * that has `.git`, else the map's own; of an object the working directory.
   */
  readonly root?: string;
}

export interface ObjectOptions extends AccessMapOptions {
  /** What messages call the object. Default: `cdk.json#/context/accessMap`. */
  readonly source?: string;
}

/**
 * The outcome of a check: a map only if no problem is an error. Problems are in the order of the
 * file.
 */
export interface CheckedMap {
  readonly map?: AccessMap;
  readonly problems: readonly Problem[];
  /** What `init` left to be replaced: with any of them the map is not deployed. */
  readonly placeholders: readonly Problem[];
  /** What the map was read from, with its base; absent where the text has no structure. */
  readonly document?: MapDocument;
  /** How it was compiled, for maps that are made from `document`. */
  readonly options?: AccessMapOptions;
  /**
   * Location of a value or of its key, by JSON pointer. An overlay that inherits the value gets the
   * location in its base.
   */
  placeOf(pointer: string, of?: 'value' | 'key'): Place;
}

/** A valid map and everything that was compiled from it. */
export class AccessMap {
  /**
   * The file as it was named (relative to the working directory where it lies below it), or the
   * place of the object.
   */
  readonly source: string;
  readonly name: string;
  readonly kind: 'http' | 'rest';
  /** Content hash: 16 hexadecimal digits, the same for every spelling of the same content. */
  readonly version: string;
  readonly model: ModelFile;
  readonly api: ApiSettings;
  /** How the gateway caches answers for this map, with the reasons and the proof. */
  readonly cache: CachePlan;
  /** The routes that the gateway gets, in the order of the file. */
  readonly gatewayRoutes: readonly GatewayRoute[];
  /**
   * What an import of the OpenAPI document does with the path of its server. Default, also of a map
   * that lists its routes: `ignore`.
   */
  readonly basePath: 'ignore' | 'prepend';
  /** Where callers ask what they may do; not among `gatewayRoutes`. */
  readonly permissionsEndpoint: PermissionsEndpoint | undefined;
  readonly warnings: readonly Problem[];
  /** What `init` left to be replaced: a map with any of them is not deployed. */
  readonly placeholders: readonly Problem[];
  /** Every rule as written, with its place: public, signed in, groups, machines. */
  readonly rules: readonly AccessRule[];
  readonly tests: readonly AccessMapTest[];
  /** What `okta plan`, `apply` and `verify` work from; one for each okta block with `manage`. */
  readonly oktaSides: readonly OktaSide[];
  /** How decisions are recorded. */
  readonly audit: AuditSettings;
  /** How changes in Okta revoke tokens: one for each Okta org that has it. */
  readonly revocations: readonly RevocationSettings[];
  /**
   * Entries of the map by number, so that a decision record can name the one that decided; `rules`
   * in the authorizer's model file.
   */
  readonly ruleTable: RuleTableFile;

  private constructor(
    source: string,
    {
      model,
      api,
      cache,
      gatewayRoutes,
      basePath,
      permissionsEndpoint,
      rules,
      tests,
      oktaSides,
      audit,
      revocations,
      ruleTable,
    }: Compiled,
    warnings: readonly Problem[],
    placeholders: readonly Problem[],
  ) {
    this.source = source;
    this.name = model.name;
    this.kind = model.kind;
    this.version = model.version;
    this.model = model;
    this.api = api;
    this.cache = cache;
    this.gatewayRoutes = gatewayRoutes;
    this.basePath = basePath;
    this.permissionsEndpoint = permissionsEndpoint;
    this.warnings = warnings;
    this.placeholders = placeholders;
    this.rules = rules;
    this.tests = tests;
    this.oktaSides = oktaSides;
    this.audit = audit;
    this.revocations = revocations;
    this.ruleTable = ruleTable;
  }

  /** @throws AccessMapError with every problem of the file, also for one that cannot be read. */
  static fromFile(path: string, options: AccessMapOptions = {}): AccessMap {
    return orThrow(AccessMap.check(path, options));
  }

  /**
   * The same map, given as an object.
   * @throws AccessMapError with every problem of the object.
   */
  static fromObject(map: AccessMapInput, options: ObjectOptions = {}): AccessMap {
    return orThrow(AccessMap.checkObject(map, options));
  }

  /**
   * The same map, given as text; files that it names are looked for below the working directory.
   * @param options `source`: what messages call the text. Default: `access map`.
   * @throws AccessMapError with every problem of the text.
   */
  static fromYaml(text: string, options: ObjectOptions = {}): AccessMap {
    const { source = 'access map', ...given } = options;
    const readFile = filesIn('.', given.root ?? '.');
    return orThrow(AccessMap.checkText(text, source, { readFile, ...given }));
  }

  /** Reads a file and returns its problems instead of throwing them. */
  static check(path: string, options: AccessMapOptions = {}): CheckedMap {
    const file = readMapFile(path);
    const { source } = file;
    if (file.kind === 'unreadable')
      return {
        problems: [file.problem],
        placeholders: [],
        placeOf: (path) => ({ source, path }),
      };
    return AccessMap.checkText(file.bytes, source, {
      readFile: filesIn(dirname(path), options.root),
      ...options,
    });
  }

  /** Checks the text of a file that the caller has read, e.g. from a git revision. */
  static checkText(
    content: string | Uint8Array,
    source: string,
    options: AccessMapOptions = {},
  ): CheckedMap {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return AccessMap.evaluate(readYaml(bytes, source), source, options);
  }

  /** Checks an object of unknown shape, e.g. the context of `cdk.json`. */
  static checkObject(
    map: unknown,
    { source = MAP_CONTEXT_PLACE, ...options }: ObjectOptions = {},
  ): CheckedMap {
    const readFile = filesIn('.', options.root ?? '.');
    return AccessMap.evaluate(readObject(map, source), source, { readFile, ...options });
  }

  private static evaluate(
    asWritten: ReadMap,
    source: string,
    options: AccessMapOptions,
  ): CheckedMap {
    const { document, readFile, ...read } = withBase(asWritten, options.readFile);
    const { placeOf } = document ??
      asWritten.document ?? { placeOf: (path: string): Place => ({ source, path }) };
    if (!document) return { problems: inFileOrder(read.problems), placeholders: [], placeOf };
    const given = { ...options, ...(readFile && { readFile }) };
    const { compiled, problems, placeholders } = compile(document, given, read.broken);
    const all = inFileOrder([...read.problems, ...problems]);
    if (all.some(({ severity }) => severity === 'error'))
      return { problems: all, placeholders, document, options: given, placeOf };
    return {
      map: new AccessMap(document.source, compiled, all, placeholders),
      problems: all,
      placeholders,
      document,
      options: given,
      placeOf,
    };
  }
}

function orThrow({ map, problems }: CheckedMap): AccessMap {
  if (!map) throw new AccessMapError(problems);
  return map;
}
