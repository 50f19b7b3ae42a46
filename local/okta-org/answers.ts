/** How Okta answers: errors, pages, limits. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entity } from './org-store.ts';

/** Answered with Okta's error shape. */
export class OrgError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, summary: string) {
    super(summary);
    this.status = status;
    this.code = code;
  }
}

const notFound = (what: string): OrgError =>
  new OrgError(404, 'E0000007', `Not found: Resource not found: ${what}`);
export const invalid = (cause: string): OrgError =>
  new OrgError(400, 'E0000001', `Api validation failed: ${cause}`);

export function known(
  table: ReadonlyMap<string, Entity> | undefined,
  id: string,
  what: string,
): Entity {
  const entity = table?.get(id);
  if (entity === undefined) throw notFound(`${id} (${what})`);
  return entity;
}

export function errorBody({
  code,
  message,
}: Pick<OrgError, 'code' | 'message'>): Readonly<Record<string, unknown>> {
  return {
    errorCode: code,
    errorSummary: message,
    errorLink: code,
    errorId: 'oae-local',
    errorCauses: [],
  };
}

/**
 * One page, with the Link header to the next.
 * @param most a page has at most so many, whatever the caller asks for.
 */
export function page(
  request: FastifyRequest,
  reply: FastifyReply,
  all: readonly Entity[],
  most: number,
): readonly Entity[] {
  const query = request.query as Readonly<Record<string, string>>;
  const start =
    query['after'] === undefined ? 0 : all.findIndex(({ id }) => id === query['after']) + 1;
  const asked = Number(query['limit'] ?? most);
  const size = Math.max(1, Math.min(asked > 0 ? asked : most, most));
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const self = new URL(request.url, `http://${request.headers.host}`);
  const links = [`<${self.href}>; rel="self"`];
  if (last !== undefined && start + size < all.length) {
    self.searchParams.set('after', last.id);
    links.push(`<${self.href}>; rel="next"`);
  }
  reply.header('link', links);
  return items;
}
