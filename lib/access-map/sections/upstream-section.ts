/** Reads `api.upstream`: where allowed calls go. */
import { parseFunctionArn } from '../../../lambda/core/contract/function-arn.ts';
import { isLoopbackHost } from '../../../lambda/core/contract/loopback.ts';
import { isObject } from '../../../lambda/core/json/json-object.ts';
import { at, type Cursor, has, is, type Report, text } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { MapSection } from '../schema/schema.ts';

export type Upstream =
  | {
      readonly kind: 'url';
      /** Base URL without a slash at its end. */
      readonly url: string;
      /** Id of a VPC link of a REST API; absent: the URL is called over the internet. */
      readonly vpcLink?: string;
    }
  /** A load balancer's listener, through a VPC link of HTTP APIs. */
  | { readonly kind: 'listener'; readonly listener: string; readonly vpcLink: string }
  | { readonly kind: 'lambda'; readonly functionArn: string };

type Api = Cursor<MapSection<'api'>>;
type UpstreamCursor = Cursor<NonNullable<MapSection<'api'>['upstream']>>;

const FORMS = ['url', 'listener', 'lambda'] as const;
const INVALID_UPSTREAM: Upstream = { kind: 'url', url: '' };

/** Whether a valid map says nothing of where calls go: the owner of the API, or the app, does. */
export const lacksUpstream = ({ upstream }: { readonly upstream: Upstream }): boolean =>
  upstream.kind === 'url' && upstream.url === '';

/**
 * @returns a URL without text for an upstream that is missing or has been reported: only a stack
 * that deploys the API requires one.
 */
export function readUpstream(api: Api, report: Report): Upstream {
  const upstream = at(api, 'upstream');
  if (!isObject(upstream.value)) return INVALID_UPSTREAM;
  const given = FORMS.filter((form) => has(upstream, form));
  const [form, other] = given;
  if (form === undefined) {
    const expected = 'the key `url` (an http or https URL), `listener` or `lambda`';
    report.error('KEY_MISSING', upstream.pointer, { expected, found: 'no such key' }, 'key');
    return INVALID_UPSTREAM;
  }
  if (other !== undefined) {
    const expected = 'one of `url`, `listener` and `lambda`';
    report.error(
      'KEY_CONFLICT',
      upstream.pointer,
      { expected, found: `${code(form)} and ${code(other)}` },
      'key',
    );
    return INVALID_UPSTREAM;
  }
  return READERS[form](upstream, is(at(api, 'kind'), 'rest') ? 'rest' : 'http', report);
}

type ReadForm = (upstream: UpstreamCursor, kind: 'http' | 'rest', report: Report) => Upstream;

const READERS: { readonly [form in (typeof FORMS)[number]]: ReadForm } = {
  url: readUrl,
  listener: readListener,
  lambda: readLambda,
};

function readUrl(upstream: UpstreamCursor, kind: 'http' | 'rest', report: Report): Upstream {
  const cursor = at(upstream, 'url');
  const url = text(cursor);
  const vpcLink = at(upstream, 'vpcLink');
  const link = text(vpcLink);
  if (kind === 'http' && vpcLink.value !== undefined) {
    const expected =
      '`listener` beside `vpcLink`: the VPC links of HTTP APIs end at a listener (an ARN)';
    report.error('KEY_CONFLICT', vpcLink.pointer, { expected, found: '`url`' }, 'key');
  }
  if (url === undefined) return INVALID_UPSTREAM;
  const fault = evaluateUrl(url);
  if (fault)
    report.error('UPSTREAM_INVALID', cursor.pointer, { expected: fault, found: code(url) });
  else if (vpcLink.value === undefined && isRemotePlainHttp(url)) {
    report.warn('UPSTREAM_PLAIN', cursor.pointer, {
      says: `tokens and identity headers travel to ${code(url)} unencrypted`,
      expected: 'an https URL',
    });
  }
  return {
    kind: 'url',
    url: url.replace(/\/+$/, ''),
    ...(link === undefined ? {} : { vpcLink: link }),
  };
}

const isRemotePlainHttp = (url: string): boolean =>
  url.startsWith('http:') && !isLoopbackHost(new URL(url).hostname);

function evaluateUrl(url: string): string | undefined {
  if (!/^https?:\/\//.test(url)) return undefined;
  if (!URL.canParse(url) || /\s/.test(url)) return 'an http or https URL';
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return 'a URL without user or password';
  if (/[?#]/.test(url)) return 'a URL without query or fragment';
  return /[{}*]/.test(url)
    ? 'a URL without parameters, the path of the call is appended'
    : undefined;
}

function readListener(upstream: UpstreamCursor, kind: 'http' | 'rest', report: Report): Upstream {
  const cursor = at(upstream, 'listener');
  const [listener, vpcLink] = [text(cursor), text(at(upstream, 'vpcLink'))];
  if (kind === 'rest') {
    const expected =
      '`url` beside `vpcLink`: the VPC links of REST APIs take the URL of a network load balancer';
    report.error('KEY_CONFLICT', cursor.pointer, { expected, found: '`listener`' }, 'key');
  } else if (!has(upstream, 'vpcLink')) {
    report.error(
      'KEY_MISSING',
      upstream.pointer,
      { expected: 'the key `vpcLink` (id of a VPC link) beside `listener`', found: 'no such key' },
      'key',
    );
  }
  if (listener !== undefined && !LISTENER.test(listener)) {
    const expected =
      'the ARN of a load balancer listener (`arn:aws:elasticloadbalancing:...:listener/...`)';
    report.error('UPSTREAM_INVALID', cursor.pointer, { expected, found: code(listener) });
  }
  return listener === undefined || vpcLink === undefined
    ? INVALID_UPSTREAM
    : { kind: 'listener', listener, vpcLink };
}

const LISTENER = /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/(app|net)\/[^\s]+$/;

function readLambda(upstream: UpstreamCursor, _kind: 'http' | 'rest', report: Report): Upstream {
  const cursor = at(upstream, 'lambda');
  const functionArn = text(cursor);
  if (has(upstream, 'vpcLink')) {
    const expected = 'no `vpcLink` beside `lambda`: functions are invoked by their ARN';
    report.error(
      'KEY_CONFLICT',
      at(upstream, 'vpcLink').pointer,
      { expected, found: '`vpcLink`' },
      'key',
    );
  }
  if (functionArn === undefined) return INVALID_UPSTREAM;
  if (parseFunctionArn(functionArn) === undefined) {
    const expected = 'the ARN of a Lambda function (`arn:aws:lambda:...:function:NAME`)';
    report.error('UPSTREAM_INVALID', cursor.pointer, { expected, found: code(functionArn) });
  }
  return { kind: 'lambda', functionArn };
}
