/** Which routes a gateway can have beside each other: the rules of both kinds, as one. */
import { restAdmission } from './rest-routes.ts';
import { type Admission, anyAdmission } from './route-refusal.ts';

/**
 * Evaluates routes one after the other, each beside those that were given before it, and tells of
 * each one reason at most.
 */
export function routeAdmission(kind: 'http' | 'rest'): Admission {
  const keys = new Set<string>();
  const admit = anyAdmission(keys);
  const admitRest = kind === 'rest' ? restAdmission(keys) : (): undefined => undefined;
  return (route) => {
    const refusal = admitRest(route) ?? admit(route);
    keys.add(route.key);
    return refusal;
  };
}
