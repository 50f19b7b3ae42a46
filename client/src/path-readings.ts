/**
 * Other routes that a back end may read a path as; the authorizer refuses it unless they are open
 * too.
 */

import { decoded } from './decoded.ts';

/**
 * @param routes `METHOD /template`, one each.
 * @param route the one that the gateway chooses for the path.
 * @returns routes of the same method that have a literal where `route` takes a value, and that the
 * value reads as: in any case, decoded, without what follows a `;`, a suffix, dots or blanks at its
 * end.
 */
export function otherReadings(
  routes: readonly string[],
  route: string,
  path: string,
): readonly string[] {
  const [method, own = ''] = route.split(' ');
  const given = plainSegments(path.replace(/[?#].*/s, ''));
  const values = own.split('/').map((segment) => segment[0] === '{' || segment[0] === '$');
  const catchesAll = /\+\}$|\$default$/.test(own);
  return routes.filter((other) => {
    const [its, template = ''] = other.split(' ');
    const segments = template.split('/');
    if (other === route || its !== method || segments.length !== given.length) return false;
    return (
      segments.some(
        (segment, at) => segment[0] !== '{' && (catchesAll || values[at]) && segment !== '',
      ) && segments.every((segment, at) => segment[0] === '{' || readsAs(given[at] ?? '', segment))
    );
  });
}

function plainSegments(path: string): readonly string[] {
  return decoded(path)
    .split('/')
    .map((segment) =>
      segment
        .replace(/;.*/s, '')
        .replace(/[. ]+$/, '')
        .toLowerCase(),
    );
}

const readsAs = (segment: string, literal: string): boolean => {
  const name = literal.toLowerCase();
  return segment === name || segment.startsWith(`${name}.`);
};
