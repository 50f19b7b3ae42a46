import type { WantedResponse } from './response-plan.ts';

/**
 * What the stack asks for: the custom resource's properties. CloudFormation sends every scalar as
 * text.
 */
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
  /** Routes of the map in shadow mode, and whether those are that it does not have. */
  readonly shadow: readonly string[];
  readonly shadowUnmapped: boolean;
  /** Issuers of the map, whose keys the authorizer has. */
  readonly issuers: readonly string[];
  readonly replace: readonly string[];
  readonly onUnmapped: 'fail' | 'deny' | 'leave';
  readonly accept: readonly string[];
  readonly publishPending: boolean;
  readonly dryRun: boolean;
  /** Path of the permissions endpoint; absent: the map asks for none. */
  readonly endpoint?: string;
  /** REST: gateway responses that are to be set; none where the map does not ask for them. */
  readonly responses: readonly WantedResponse[];
  /** Whether a body that the owner has set gives way. */
  readonly replaceResponses: boolean;
}

/** @throws Error for properties that the construct of this version did not write. */
export function parseRequest(properties: Readonly<Record<string, unknown>>): AttachmentRequest {
  const text = (name: string): string | undefined =>
    typeof properties[name] === 'string' ? properties[name] : undefined;
  const texts = (name: string): readonly string[] => {
    const value = properties[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const needed = (name: string): string => {
    const value = text(name);
    if (value === undefined)
      throw new Error(`property ${name} is missing: deploy with the version that made this stack`);
    return value;
  };
  const [stage, authorizerId, onUnmapped, endpoint] = [
    text('Stage'),
    text('AuthorizerId'),
    text('OnUnmapped'),
    text('Endpoint'),
  ];
  return {
    kind: needed('Kind') === 'rest' ? 'rest' : 'http',
    apiId: needed('ApiId'),
    ...(stage !== undefined && { stage }),
    authorizerName: needed('AuthorizerName'),
    ...(authorizerId !== undefined && { authorizerId }),
    guarded: texts('Guarded'),
    public: texts('Public'),
    shadow: texts('Shadow'),
    shadowUnmapped: text('ShadowUnmapped') === 'true',
    issuers: texts('Issuers'),
    replace: texts('Replace'),
    onUnmapped: onUnmapped === 'deny' || onUnmapped === 'leave' ? onUnmapped : 'fail',
    accept: texts('Accept'),
    publishPending: text('PublishPending') === 'true',
    dryRun: text('DryRun') === 'true',
    ...(endpoint !== undefined && { endpoint }),
    responses: JSON.parse(text('GatewayResponses') ?? '[]') as readonly WantedResponse[],
    replaceResponses: text('ReplaceResponses') === 'true',
  };
}
