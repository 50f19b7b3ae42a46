/** The routes of an API as it is now, and as each of its stages serves them. */
import type { FoundRoute } from './classify-route.ts';
import type { LiveApi, LiveStage } from './live-api.ts';

/** By route key. */
export type View = ReadonlyMap<string, FoundRoute>;

export function apiView({ routes, authorizers }: LiveApi): View {
  return new Map(
    routes.map(({ key, authorization: { type, authorizerId }, preflight }) => [
      key,
      { key, type, authorizer: authorizers.find(({ id }) => id === authorizerId), preflight },
    ]),
  );
}

export interface StageView {
  readonly stage: string;
  /** Whether it is what a share of the stage's callers gets in place of the rest. */
  readonly isCanary: boolean;
  readonly view: View;
}

/** REST: what each stage and each canary serves. The stages of an HTTP API do not show it. */
export function stageViews(api: LiveApi, ownStage: string | undefined): readonly StageView[] {
  const now = apiView(api);
  return api.stages.flatMap((stage) => {
    const { name, canaryServes } = stage;
    const base = hasContent(stage)
      ? [{ stage: name, isCanary: false, view: viewOf(stage, now, ownStage) }]
      : [];
    if (canaryServes === undefined) return base;
    const canary = { name, autoDeploy: false, canary: true, ...canaryServes };
    // We never publish a canary, so that none is the API as it is because the stage is ours.
    return [...base, { stage: name, isCanary: true, view: viewOf(canary, now, undefined) }];
  });
}

const hasContent = ({ served, untyped }: LiveStage): boolean =>
  served !== undefined || untyped !== undefined;

function viewOf(stage: LiveStage, now: View, ownStage: string | undefined): View {
  const { served = new Map<string, string>(), untyped = [], exported } = stage;
  const typed = [...served].map(([key, type]): FoundRoute => {
    const authorizer = type === 'CUSTOM' ? exported?.get(key)?.authorizer : undefined;
    // An export does not show `AWS_IAM`, which lets no preflight pass.
    const preflight = type === 'NONE' ? preflightIn(stage, key) : false;
    const unknownPreflight = preflight === undefined;
    return {
      key,
      type,
      authorizer,
      preflight: preflight ?? false,
      ...(unknownPreflight && { unknownPreflight }),
    };
  });
  const others = [...untyped].map((key) => untypedRoute(stage, key, now, ownStage));
  return new Map([...typed, ...others].map((route) => [route.key, route]));
}

/**
 * Emulators leave the types out of a deployment's summary. The newest deployment is the API as it
 * is, and so is the one that we published.
 */
function untypedRoute(
  stage: LiveStage,
  key: string,
  now: View,
  ownStage: string | undefined,
): FoundRoute {
  const route = now.get(key);
  if (route !== undefined && (stage.current || stage.name === ownStage)) return route;
  const preflight = preflightIn(stage, key) ?? false;
  return { key, type: preflight ? 'NONE' : 'unknown', authorizer: undefined, preflight };
}

/** Undefined where no export tells: what the API answers itself now, the stage may pass on. */
const preflightIn = ({ exported }: LiveStage, key: string): boolean | undefined =>
  key.startsWith('OPTIONS ') ? exported?.get(key)?.preflight : false;
