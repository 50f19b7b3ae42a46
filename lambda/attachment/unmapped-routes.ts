/**
 * Routes that the API has beside those of the map: the authorizer gets their keys and refuses what
 * a back end may read as one of them.
 */
import type { UnmappedRecord } from '../core/contract/attachment-record.ts';
import type { AttachmentRequest } from '../core/contract/attachment-request.ts';
import { cellsOf, routesResolved } from '../gateway/confusable-routes.ts';
import type { LiveApi } from '../gateway/live-api.ts';
import type { Store } from './record-store.ts';

/** Those that a call of a guarded route may mean; none where the map must have every route. */
export function unmappedRoutes(
  { guarded, public: publicKeys, onUnmapped }: AttachmentRequest,
  { routes }: Pick<LiveApi, 'routes'>,
): readonly string[] {
  if (onUnmapped === 'fail') return [];
  const hasCell = cellsOf([...guarded, ...publicKeys]);
  const unmapped = routes.filter(({ preflight }) => !preflight).map(({ key }) => key);
  return routesResolved({ guarded, unmapped, hasCell });
}

/** Writes them down where they are others than before. */
export async function handOver(
  request: AttachmentRequest,
  api: LiveApi,
  store: Store<UnmappedRecord>,
): Promise<void> {
  if (request.onUnmapped === 'fail') return;
  const now: UnmappedRecord = { routes: unmappedRoutes(request, api) };
  if (JSON.stringify(await store.load()) !== JSON.stringify(now)) await store.save(now);
}
