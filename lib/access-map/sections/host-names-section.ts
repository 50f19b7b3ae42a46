/** Reads by which hosts the API that we deploy can be called. */
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { at, type Cursor, has, is, type Report, text, texts } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';

export interface CustomDomain {
  readonly name: string;
  /** ARN of the certificate in Certificate Manager. */
  readonly certificate: string;
  /** Without slashes around it; absent: the domain's root. */
  readonly basePath?: string;
}

export interface HostNames {
  readonly domain?: CustomDomain;
  /** Whether the API answers at its own host, `execute-api`. */
  readonly executeApi: boolean;
  /** REST: the VPC endpoints that alone reach the API; absent: it is public. */
  readonly vpcEndpoints?: readonly string[];
}

type Api = MapSection<'api'>;

/** @returns undefined where the API answers at its own host alone, as without these keys. */
export function readHostNames(api: Cursor<Api>, report: Report): HostNames | undefined {
  const domain = readDomain(at(api, 'domain'));
  const executeApi = !is(at(api, 'executeApi'), false);
  const vpcEndpoints = readPrivate(api, report);
  if (domain === undefined && executeApi && vpcEndpoints === undefined) return undefined;
  return { ...(domain && { domain }), executeApi, ...(vpcEndpoints && { vpcEndpoints }) };
}

function readDomain(domain: Cursor<NonNullable<Api['domain']>>): CustomDomain | undefined {
  if (!isObject(domain.value)) return undefined;
  const basePath = text(at(domain, 'basePath'))?.replace(/^\/+|\/+$/g, '');
  return {
    name: text(at(domain, 'name')) ?? '',
    certificate: text(at(domain, 'certificate')) ?? '',
    ...(basePath !== undefined && basePath !== '' && { basePath }),
  };
}

function readPrivate(api: Cursor<Api>, report: Report): readonly string[] | undefined {
  const cursor = at(api, 'private');
  if (!isObject(cursor.value)) return undefined;
  if (!is(at(api, 'kind'), 'rest'))
    report.error(
      'KEY_CONFLICT',
      cursor.pointer,
      { expected: '`kind: rest` beside `private`', found: 'an HTTP API, which is never private' },
      'key',
    );
  for (const key of ['domain', 'executeApi'] as const)
    if (has(api, key))
      report.error(
        'KEY_CONFLICT',
        at(api, key).pointer,
        {
          expected: `no ${code(key)} beside \`private\``,
          found: 'both: a private API is called at its own host through the VPC endpoints',
        },
        'key',
      );
  return texts(at(cursor, 'vpcEndpoints')).map(([id]) => id);
}
