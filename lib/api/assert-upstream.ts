import { type AccessMap, AccessMapError, lacksUpstream, mapPointer } from '../access-map/index.ts';
import { problem } from '../access-map/report/problems.ts';

/** @throws AccessMapError for a map whose API would have nowhere to send its calls. */
export function assertUpstream({ api, source }: AccessMap): void {
  if (!lacksUpstream(api)) return;
  const detail = {
    expected:
      'the key `upstream` (such as `{ url: https://orders.example.com }`) for the API that this stack deploys',
    found: 'no such key',
    fix: 'an API of an app or of another owner takes `protect`, `attachTo` or `authorizerOnly`',
  };
  throw new AccessMapError([
    problem('error', 'KEY_MISSING', { source, path: mapPointer('api') }, detail),
  ]);
}
