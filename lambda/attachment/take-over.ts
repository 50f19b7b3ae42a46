/**
 * Takes over the attachment of another stack with its record; no route is unprotected in between:
 * routes move from the other stack's authorizer to ours, and its record says so.
 */

import type { AttachmentRecord, TakenOver } from '../core/contract/attachment-record.ts';
import { isOwnAuthorizerName } from '../core/contract/own-names.ts';
import { GatewayError, type LiveApi } from '../gateway/live-api.ts';
import type { RecordStore } from './record-store.ts';
import type { ResourceCall } from './resource-call.ts';

export interface TakeOver {
  /** Our record to be: the other one's routes, and where they come from. */
  readonly record: AttachmentRecord;
  /** The other record as it is. */
  readonly other: AttachmentRecord;
}

const stackNameIn = (stackId: string): string => stackId.split('/')[1] ?? stackId;

/**
 * What a first attachment takes over; undefined where the map asks for nothing, and once it is
 * done: then the other stack may be gone.
 * @throws GatewayError where there is nothing to take over.
 */
export async function plannedTakeOver(
  { event, request, parts }: ResourceCall,
  own: AttachmentRecord,
  api: LiveApi,
): Promise<TakeOver | undefined> {
  const { takeOver: stack, apiId } = request;
  const done = own.tookOver !== undefined || Object.keys(own.routes).length > 0;
  if (stack === undefined || done || event.RequestType === 'Delete') return undefined;
  const table = await parts.otherRecords?.tableOf(stack, apiId);
  const other = table && (await parts.otherRecords?.at(table, apiId).load());
  const fix = 'correct `attachTo.takeOver`, or remove it once the other stack is gone';
  if (!table || !other)
    throw new GatewayError(
      `expected an attachment of the stack \`${stack}\` to API \`${apiId}\` in this account and Region, found no record of one: ${fix}`,
    );
  if (typeof other.routes !== 'object')
    throw new GatewayError(
      `expected a record of this version in the table \`${table}\`, found another form: deploy the stack \`${stack}\` with this version first`,
    );
  const name = stackNameIn(event.StackId);
  if (other.handedOverTo !== undefined && other.handedOverTo !== name)
    throw new GatewayError(
      `expected the attachment of the stack \`${stack}\`, found it handed over to \`${other.handedOverTo}\`: take it over from there`,
    );
  const { handedOverTo: _, tookOver: __, ...kept } = other;
  const authorizerId = authorizerIn(other, api);
  const routes = Object.keys(other.routes);
  const tookOver = { stack, table, routes, ...(authorizerId !== undefined && { authorizerId }) };
  return { record: { ...kept, tookOver }, other };
}

/** The authorizer of ours that recorded routes carry. */
function authorizerIn(
  { routes: recorded }: AttachmentRecord,
  { routes, authorizers }: LiveApi,
): string | undefined {
  const ours = new Set(
    authorizers.filter(({ name }) => isOwnAuthorizerName(name)).map(({ id }) => id),
  );
  return routes
    .filter(({ key }) => recorded[key] !== undefined)
    .map(({ authorization }) => authorization.authorizerId)
    .find((id) => id !== undefined && ours.has(id));
}

/** Before the first route changes. Our record first: it knows what to undo. */
export async function markTakeOver(
  { event, request, parts }: ResourceCall,
  { record, other }: TakeOver,
): Promise<void> {
  await parts.store(request).save(record);
  const { stack = '', table = '' } = record.tookOver ?? {};
  const marked = { ...other, handedOverTo: stackNameIn(event.StackId) };
  if (await parts.otherRecords?.at(table, request.apiId).swap(other, marked)) return;
  throw new GatewayError(
    `expected the record of the stack \`${stack}\` as just read, found it changed meanwhile: let no deployment of that stack run, and deploy again`,
  );
}

/**
 * What a detachment gives back: to the other stack while its authorizer is there, so that nothing
 * is unprotected in between; else what the routes had before.
 */
export function handedBack(record: AttachmentRecord, { authorizers }: LiveApi): AttachmentRecord {
  const { tookOver } = record;
  if (!canHandBack(tookOver, authorizers)) return record;
  const { authorizerId } = tookOver;
  const back = tookOver.routes.flatMap((key) => {
    const prior = record.routes[key];
    if (prior === undefined) return [];
    const { apiKeyRequired } = prior;
    return [[key, { type: 'CUSTOM', authorizerId, scopes: [], apiKeyRequired }] as const];
  });
  return { ...record, routes: { ...record.routes, ...Object.fromEntries(back) } };
}

const canHandBack = (
  tookOver: TakenOver | undefined,
  authorizers: LiveApi['authorizers'],
): tookOver is TakenOver & { readonly authorizerId: string } =>
  tookOver?.authorizerId !== undefined &&
  authorizers.some(({ id }) => id === tookOver.authorizerId);

/** The store of a detachment: the mark goes once the routes are back, our record after it. */
export function unmarkingStore(call: ResourceCall, { tookOver }: AttachmentRecord): RecordStore {
  const { event, request, parts } = call;
  const store = parts.store(request);
  if (tookOver === undefined) return store;
  return {
    ...store,
    async remove() {
      const at = parts.otherRecords?.at(tookOver.table, request.apiId);
      const marked = await at?.load();
      if (marked !== undefined && marked.handedOverTo === stackNameIn(event.StackId)) {
        const { handedOverTo: _, ...unmarked } = marked;
        await at?.swap(marked, unmarked);
      }
      await store.remove();
    },
  };
}

/** @throws GatewayError for a stack whose attachment another one has. */
export function assertNotHandedOver({ handedOverTo }: AttachmentRecord, apiId: string): void {
  if (handedOverTo === undefined) return;
  throw new GatewayError(
    `expected the stack that is attached to API \`${apiId}\`, found its attachment handed over to \`${handedOverTo}\`: delete this stack, which leaves the routes alone`,
  );
}
