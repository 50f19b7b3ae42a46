/**
 * What the stack asks of an attachment: the properties of its custom resources, which are the event
 * of the scheduled check too, with the codec that both sides use. CloudFormation sends every scalar
 * as text.
 */

/** A gateway response that a REST API is to have. */
export interface WantedResponse {
  readonly type: string;
  /** Status that the type has by itself. */
  readonly statusCode: string;
  /** Sources by header name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body as JSON; absent: the body stays. */
  readonly template?: string;
}

export interface AttachmentRequest {
  readonly kind: 'http' | 'rest';
  readonly apiId: string;
  /** REST. */
  readonly stage?: string;
  /** Our authorizer's name, unique to the stack. */
  readonly authorizerName: string;
  /** Absent while only a plan is asked for. */
  readonly authorizerId?: string;
  /** The map's routes that need an authorizer. */
  readonly guarded: readonly string[];
  readonly public: readonly string[];
  /**
   * Those of them that may have neighbours which the map does not have: `paths: exact` or `report`.
   */
  readonly uncheckedPublic: readonly string[];
  /** Routes of the map in shadow mode, and whether those are that it does not have. */
  readonly shadow: readonly string[];
  readonly shadowUnmapped: boolean;
  /** Issuers of the map, whose keys the authorizer has. */
  readonly issuers: readonly string[];
  readonly replace: readonly string[];
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  readonly accept: readonly string[];
  /** Routes that may keep the authorizer of somebody else. */
  readonly acceptedForeign: readonly string[];
  /** REST: whether other stages may serve routes without our authorizer, or which. */
  readonly otherStages: 'fail' | 'leave' | readonly string[];
  /** Stack whose attachment this one takes over. */
  readonly takeOver?: string;
  /** Whether deleting the stack leaves the routes as they are. */
  readonly keepOnDelete: boolean;
  readonly publishPending: boolean;
  readonly dryRun: boolean;
  /** Path of the permissions endpoint; absent: the map asks for none. */
  readonly endpoint?: string;
  /**
   * Whether the map has origins of web pages (`api.cors`), so that it takes preflights for public.
   */
  readonly cors: boolean;
  /** REST: gateway responses that are to be set; none where the map does not ask for them. */
  readonly responses: readonly WantedResponse[];
  /** Whether to replace a body that the owner has set. */
  readonly replaceResponses: boolean;
}

/** Name of each field's property. */
export const PROPERTY = {
  kind: 'Kind',
  apiId: 'ApiId',
  stage: 'Stage',
  authorizerName: 'AuthorizerName',
  authorizerId: 'AuthorizerId',
  guarded: 'Guarded',
  public: 'Public',
  uncheckedPublic: 'UncheckedPublic',
  shadow: 'Shadow',
  shadowUnmapped: 'ShadowUnmapped',
  issuers: 'Issuers',
  replace: 'Replace',
  onUnmapped: 'OnUnmapped',
  accept: 'Accept',
  acceptedForeign: 'AcceptedForeign',
  otherStages: 'OtherStages',
  takeOver: 'TakeOver',
  keepOnDelete: 'KeepOnDelete',
  publishPending: 'PublishPending',
  dryRun: 'DryRun',
  endpoint: 'Endpoint',
  cors: 'Cors',
  responses: 'GatewayResponses',
  replaceResponses: 'ReplaceResponses',
} as const satisfies Readonly<Record<keyof AttachmentRequest, string>>;

/** Properties that nothing reads: another value of one makes CloudFormation send an update. */
export const UPDATE_PROPERTY = {
  mapVersion: 'MapVersion',
  endpointFunction: 'EndpointFunction',
  /** A plan that an older version made lacks attributes that the stack's outputs ask for. */
  planFormat: 'PlanFormat',
  /** From the context `attachAgain`. */
  forceUpdate: 'Again',
} as const;

/**
 * Property of the scheduled check's event: further properties as JSON, deflated, in base64. Only an
 * event that is longer than a rule's target takes has it.
 */
export const PACKED_PROPERTIES = 'Packed';

type Properties = Readonly<Record<string, unknown>>;

/**
 * Properties of the fields that are given; texts may be tokens of the CDK. A field that is absent
 * has no property, so that a resource whose map does not use a feature stays as it is.
 */
export function writeRequest(request: Partial<AttachmentRequest>): Properties {
  return Object.fromEntries(
    Object.entries(request).flatMap(([field, value]) =>
      value === undefined
        ? []
        : [[PROPERTY[field as keyof AttachmentRequest], propertyOf(field, value)]],
    ),
  );
}

function propertyOf(field: string, value: unknown): unknown {
  if (field === 'responses') return JSON.stringify(value);
  return typeof value === 'boolean' ? String(value) : value;
}

/** @throws Error for properties that the construct of this version did not write. */
export function readRequest(properties: Properties): AttachmentRequest {
  const text = (field: keyof AttachmentRequest): string | undefined => textIn(properties, field);
  const texts = (field: keyof AttachmentRequest): readonly string[] => {
    const value = properties[PROPERTY[field]];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const needed = (field: keyof AttachmentRequest): string => {
    const value = text(field);
    if (value !== undefined) return value;
    throw new Error(
      `property ${PROPERTY[field]} is missing: deploy with the version that made this stack`,
    );
  };
  const [stage, authorizerId, onUnmapped, endpoint, takeOver] = [
    text('stage'),
    text('authorizerId'),
    text('onUnmapped'),
    text('endpoint'),
    text('takeOver'),
  ];
  return {
    kind: needed('kind') === 'rest' ? 'rest' : 'http',
    apiId: needed('apiId'),
    ...(stage !== undefined && { stage }),
    authorizerName: needed('authorizerName'),
    ...(authorizerId !== undefined && { authorizerId }),
    guarded: texts('guarded'),
    public: texts('public'),
    uncheckedPublic: texts('uncheckedPublic'),
    shadow: texts('shadow'),
    shadowUnmapped: text('shadowUnmapped') === 'true',
    issuers: texts('issuers'),
    replace: texts('replace'),
    onUnmapped: onUnmapped === 'deny' || onUnmapped === 'leave' ? onUnmapped : 'fail',
    accept: texts('accept'),
    acceptedForeign: texts('acceptedForeign'),
    otherStages: otherStagesIn(texts('otherStages'), text('otherStages')),
    ...(takeOver !== undefined && { takeOver }),
    keepOnDelete: text('keepOnDelete') === 'true',
    publishPending: text('publishPending') === 'true',
    dryRun: text('dryRun') === 'true',
    ...(endpoint !== undefined && { endpoint }),
    cors: text('cors') === 'true',
    responses: JSON.parse(text('responses') ?? '[]') as readonly WantedResponse[],
    replaceResponses: text('replaceResponses') === 'true',
  };
}

function otherStagesIn(
  named: readonly string[],
  rule: string | undefined,
): AttachmentRequest['otherStages'] {
  if (named.length > 0) return named;
  return rule === 'leave' ? 'leave' : 'fail';
}

/** One field of properties, such as the former ones of an update; undefined where it is no text. */
export function textIn(
  properties: Properties | undefined,
  field: keyof AttachmentRequest,
): string | undefined {
  const value = properties?.[PROPERTY[field]];
  return typeof value === 'string' ? value : undefined;
}
