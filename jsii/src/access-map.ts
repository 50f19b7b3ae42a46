import { core } from './core';

/** Kind of API that a map is for. */
export enum ApiKind {
  /** An HTTP API of API Gateway. */
  HTTP = 'http',
  /** A REST API of API Gateway. */
  REST = 'rest',
}

/** Whether a problem forbids the map. */
export enum ProblemSeverity {
  /** The map is not valid. */
  ERROR = 'error',
  /** The map is valid, and does perhaps not what its author means. */
  WARNING = 'warning',
}

/** Where in a map something is. */
export interface Place {
  /** The file as it was named, or what messages call the text or object. */
  readonly source: string;
  /** JSON pointer (RFC 6901) inside the map; empty for the map itself. */
  readonly path: string;
  /**
   * Line, from 1.
   * @default - absent for a map given as an object
   */
  readonly line?: number;
  /**
   * Column, from 1.
   * @default - absent for a map given as an object
   */
  readonly column?: number;
}

/** What `check` says of a map. */
export interface Problem {
  /** Whether it forbids the map. */
  readonly severity: ProblemSeverity;
  /** Stable name of the rule, such as `ROUTE_UNKNOWN`. */
  readonly code: string;
  /** Where it is. */
  readonly place: Place;
  /** One whole line: place, expected, found, nearest. */
  readonly message: string;
}

/** How a map is read. */
export interface AccessMapOptions {
  /**
   * Folder that files which the map names must lie below.
   * @default - the nearest folder above the map that has `.git`, else the map's own; of a text or
   * an object the working directory
   */
  readonly root?: string;
  /**
   * Accept plain http for an issuer at a literal loopback address: local runs only.
   * @default false
   */
  readonly loopbackIssuer?: boolean;
}

/** How a map that is no file is read. */
export interface AccessMapTextOptions extends AccessMapOptions {
  /**
   * What messages call the text or the object.
   * @default - `access map` for a text, `cdk.json#/context/accessMap` for an object
   */
  readonly source?: string;
}

/** A valid access map: which Okta group may call which route, and how often. */
export class AccessMap {
  /**
   * Reads a map from its file. The error of a map that is not valid has every problem of it, with
   * line and column.
   * @param path relative to the working directory that the app was started in
   */
  public static fromFile(path: string, options: AccessMapOptions = {}): AccessMap {
    return core.AccessMap.fromFile(path, options) as unknown as AccessMap;
  }

  /**
   * Reads a map from a text in YAML. The error of a map that is not valid has every problem of it,
   * with line and column. Files that it names are looked for in the working directory that the app
   * was started in.
   */
  public static fromYaml(text: string, options: AccessMapTextOptions = {}): AccessMap {
    return core.AccessMap.fromYaml(text, options) as unknown as AccessMap;
  }

  /**
   * The same map as mappings and lists, with the keys of the file. The error has every problem of
   * it.
   */
  public static fromObject(
    map: { readonly [key: string]: any },
    options: AccessMapTextOptions = {},
  ): AccessMap {
    return core.AccessMap.fromObject(map as never, options) as unknown as AccessMap;
  }

  /** The file as it was named, or what messages call the text or object. */
  declare public readonly source: string;
  /** `api.name` of the map. */
  declare public readonly name: string;
  /** Kind of the APIs that this map can protect. */
  declare public readonly kind: ApiKind;
  /** Content hash: 16 hexadecimal digits, the same for every spelling of the same content. */
  declare public readonly version: string;
  /** What `check` warns of. */
  declare public readonly warnings: Problem[];

  private constructor() {}
}
