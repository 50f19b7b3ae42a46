/** What the org's endpoints read from a request. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { known } from './answers.ts';
import type { Entity } from './org-store.ts';

export const params = (request: FastifyRequest): Readonly<Record<string, string>> =>
  request.params as Readonly<Record<string, string>>;

export const bodyOf = (request: FastifyRequest): Record<string, unknown> => ({
  ...(request.body as Record<string, unknown> | null),
});

/**
 * Reads the entity that a path parameter names.
 * @throws OrgError 404
 */
export const entityIn =
  (table: ReadonlyMap<string, Entity>, type: string, parameter = 'id') =>
  (request: FastifyRequest): Entity =>
    known(table, params(request)[parameter] ?? '', type);

/** Okta answers most of them with nothing. */
const withNothing = (_: Entity, reply: FastifyReply): FastifyReply => reply.code(204).send();

/** `POST .../lifecycle/activate` and `deactivate`. */
export function addLifecycle(
  app: FastifyInstance,
  path: string,
  one: (request: FastifyRequest) => Entity,
  answer = withNothing,
): void {
  for (const [verb, status] of [
    ['activate', 'ACTIVE'],
    ['deactivate', 'INACTIVE'],
  ] as const) {
    app.post(`${path}/lifecycle/${verb}`, (request, reply) => {
      const entity = one(request);
      entity['status'] = status;
      return answer(entity, reply);
    });
  }
}
