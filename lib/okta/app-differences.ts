import { responsesOf } from './app-shapes.ts';
import type { DesiredApp } from './desired-org.ts';
import { differences } from './plan-part.ts';
import type { AppState } from './state.ts';
import type { Change } from './step.ts';

/** What differs between an app and what the map names, in words of the plan. */
export function appDifferences(app: DesiredApp, existing: AppState): readonly Change[] {
  const { type, redirectUris, authMethod, grants, pkce } = app;
  return differences({
    redirectUris: [existing.redirectUris, redirectUris],
    ...(grants === undefined
      ? {}
      : {
          grantTypes: [existing.grantTypes, grants] as const,
          responseTypes: [existing.responseTypes, responsesOf(app)] as const,
        }),
    ...(authMethod === undefined ? {} : { authMethod: [existing.authMethod, authMethod] as const }),
    ...(pkce === undefined || type === 'service'
      ? {}
      : { pkceRequired: [existing.pkce, pkce] as const }),
  });
}
