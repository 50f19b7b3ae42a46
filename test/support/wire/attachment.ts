/**
 * What an attachment is asked for and what it stores, written out as templates and tables in use
 * have it: tests read wires by these names. test/contract.test.ts compares them with the contract.
 */
import { inflateRawSync } from 'node:zlib';
import type {
  AttachmentRecord,
  UnmappedRecord,
} from '../../../lambda/core/contract/attachment-record.ts';
import type {
  AttachmentRequest,
  WantedResponse,
} from '../../../lambda/core/contract/attachment-request.ts';

type Properties = Readonly<Record<string, unknown>>;
type Flag = 'true' | 'false';

interface WrittenProperties {
  readonly Kind: 'http' | 'rest';
  readonly ApiId: string;
  readonly Stage?: string;
  readonly AuthorizerName: string;
  readonly AuthorizerId?: string;
  readonly Guarded: readonly string[];
  readonly Public: readonly string[];
  readonly UncheckedPublic?: readonly string[];
  readonly Shadow?: readonly string[];
  readonly ShadowUnmapped?: Flag;
  readonly Issuers?: readonly string[];
  readonly Replace: readonly string[];
  readonly OnUnmapped: 'fail' | 'deny' | 'leave';
  readonly Accept?: readonly string[];
  readonly AcceptedForeign?: readonly string[];
  readonly OtherStages?: 'fail' | 'leave' | readonly string[];
  readonly TakeOver?: string;
  readonly KeepOnDelete?: Flag;
  readonly PublishPending: Flag;
  readonly DryRun: Flag;
  readonly Endpoint?: string;
  readonly Cors?: Flag;
  /** JSON. */
  readonly GatewayResponses?: string;
  readonly ReplaceResponses?: Flag;
}

/** What the properties of a custom resource of ours ask for. */
export function requestIn(properties: Properties): AttachmentRequest {
  const wire = properties as Properties & WrittenProperties;
  return {
    kind: wire.Kind,
    apiId: wire.ApiId,
    ...(wire.Stage !== undefined && { stage: wire.Stage }),
    authorizerName: wire.AuthorizerName,
    ...(wire.AuthorizerId !== undefined && { authorizerId: wire.AuthorizerId }),
    guarded: wire.Guarded,
    public: wire.Public,
    uncheckedPublic: wire.UncheckedPublic ?? [],
    shadow: wire.Shadow ?? [],
    shadowUnmapped: wire.ShadowUnmapped === 'true',
    issuers: wire.Issuers ?? [],
    replace: wire.Replace,
    onUnmapped: wire.OnUnmapped,
    accept: wire.Accept ?? [],
    acceptedForeign: wire.AcceptedForeign ?? [],
    otherStages: wire.OtherStages ?? 'fail',
    ...(wire.TakeOver !== undefined && { takeOver: wire.TakeOver }),
    keepOnDelete: wire.KeepOnDelete === 'true',
    publishPending: wire.PublishPending === 'true',
    dryRun: wire.DryRun === 'true',
    ...(wire.Endpoint !== undefined && { endpoint: wire.Endpoint }),
    cors: wire.Cors === 'true',
    responses: JSON.parse(wire.GatewayResponses ?? '[]') as readonly WantedResponse[],
    replaceResponses: wire.ReplaceResponses === 'true',
  };
}

/** Each property with a value of its own. */
export const EVERY_PROPERTY: WrittenProperties & Properties = {
  Kind: 'rest',
  ApiId: 'a1b2c3d4e5',
  Stage: 'prod',
  AuthorizerName: 'okta-groups-11111111',
  AuthorizerId: 'ours',
  Guarded: ['GET /orders'],
  Public: ['GET /health'],
  UncheckedPublic: ['GET /files/{id}'],
  Shadow: ['GET /new'],
  ShadowUnmapped: 'true',
  Issuers: ['https://acme.okta.com/oauth2/default'],
  Replace: ['GET /me'],
  OnUnmapped: 'leave',
  Accept: ['canary'],
  AcceptedForeign: ['GET /legacy'],
  OtherStages: ['dev'],
  TakeOver: 'access-old',
  KeepOnDelete: 'true',
  PublishPending: 'true',
  DryRun: 'true',
  Endpoint: '/permissions',
  Cors: 'true',
  GatewayResponses: '[{"type":"UNAUTHORIZED","statusCode":"401","headers":{}}]',
  ReplaceResponses: 'true',
};

/** Properties of the event of the scheduled check; long ones are packed. */
export function eventProperties({ Packed, ...properties }: Properties): Properties {
  if (Packed === undefined) return properties;
  const text = inflateRawSync(Buffer.from(String(Packed), 'base64')).toString();
  return { ...properties, ...(JSON.parse(text) as Properties) };
}

export const EMPTY_RECORD: AttachmentRecord = { unpublished: false, routes: {} };
export const NO_UNMAPPED: UnmappedRecord = { routes: [] };

/** Keys of two of the records of an API in its table; that of its routes is the API's id. */
export const responsesKey = (api: string): string => `${api}/responses`;
export const unmappedKey = (api: string): string => `${api}/unmapped`;

/** The item of a record. */
export const recordItem = (key: string, record: object) => ({
  pk: { S: key },
  record: { S: JSON.stringify({ format: 1, ...record }) },
});
