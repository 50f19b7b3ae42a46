/**
 * Evaluates a signed request as AWS does, independently of what signed it. Source: AWS Identity and
 * Access Management User Guide, "Create a signed AWS API request".
 */
import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly head: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param request as it came over the wire. */
export function parseRequest(request: string): SignedRequest {
  const [head = '', body = ''] = request.split(/\r\n\r\n(.*)/s);
  const fields = head.split('\r\n').slice(1);
  return {
    head: Object.fromEntries(
      fields.map((line) => [line.split(':')[0]?.toLowerCase(), line.replace(/^[^:]*: */, '')]),
    ),
    body,
  };
}

export function isSignedWith({ head, body }: SignedRequest, secret: string): boolean {
  const [, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
      head['authorization'] ?? '',
    ) ?? [];
  const signed = names.split(';');
  const canonical = [
    'POST',
    '/',
    '',
    ...signed.map((name) => `${name}:${head[name]}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', head['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>((former, part) => hmac(former, part), `AWS4${secret}`);
  return (
    hmac(key, text).toString('hex') === signature &&
    ['host', 'x-amz-date', 'x-amz-target'].every((name) => signed.includes(name))
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
