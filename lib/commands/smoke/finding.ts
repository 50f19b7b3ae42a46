/** What a probe asks with, and what it finds. */
import { parametersOf, withParameters } from '../../../lambda/core/path/route-template.ts';
import type { AccessMap } from '../../access-map/index.ts';

export interface Answer {
  readonly status: number;
}

/** @param path as it goes over the wire; it is not normalised. */
export type SendProbe = (
  method: 'GET' | 'HEAD' | 'OPTIONS',
  path: string,
  headers: Readonly<Record<string, string>>,
) => Promise<Answer>;

export interface Finding {
  readonly probe: string;
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly says: string;
}

export interface Subject {
  readonly map: AccessMap;
  readonly ask: SendProbe;
  /** A valid access token; absent: what needs one is unknown. */
  readonly token: string | undefined;
}

export const isSuccess = ({ status }: Answer): boolean => status < 400;
export const finding = (probe: string, result: Finding['result'], says: string): Finding => ({
  probe,
  result,
  says,
});
export const unknown = (probe: string, says: string): Finding => finding(probe, 'unknown', says);

/** A path that the route matches; parameters are filled with text that no store knows. */
export const pathOf = (template: string): string => withParameters(template, () => 'smoke-test');

export function pick(map: AccessMap, isPublic: boolean): string | undefined {
  const routes = map.gatewayRoutes.filter(
    (route) => route.public === isPublic && (route.method === 'GET' || route.method === 'ANY'),
  );
  // Without parameters first: a back end then answers what it always answers.
  const plain = routes.toSorted(
    (a, b) => parametersOf(a.template).length - parametersOf(b.template).length,
  )[0];
  return plain === undefined ? undefined : pathOf(plain.template);
}
