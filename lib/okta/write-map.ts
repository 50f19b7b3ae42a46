/** Puts what Okta has given into a map: issuer, client ids, claims. Comments and order stay. */
import { isSeq, parseDocument } from 'yaml';
import { appLabel } from '../access-map/index.ts';

export interface Given {
  readonly issuer: string;
  /** Client ids by label. */
  readonly clientIds: ReadonlyMap<string, string>;
  readonly groupsClaims: readonly string[];
}

/** The text with `okta.issuer`, `okta.clients` and, if more are needed, `okta.groupsClaim` filled in; the same text where nothing is new. */
export function mapWith(text: string, { issuer, clientIds, groupsClaims }: Given): string {
  const document = parseDocument(text, { schema: 'failsafe', keepSourceTokens: true });
  let changed = false;
  const set = (path: readonly (string | number)[], value: unknown): void => {
    document.setIn(path, document.createNode(value));
    changed = true;
  };
  const current: unknown = document.getIn(['okta', 'issuer']);
  const issuers: readonly string[] = isSeq(current)
    ? (current.toJSON() as readonly string[])
    : typeof current === 'string'
      ? [current]
      : [];
  // Several hosts of one server are the author's choice; the plan has checked that the id is the same.
  if (issuers.length === 0) set(['okta', 'issuer'], issuer);
  const clients: unknown = document.getIn(['okta', 'clients']);
  const listed: readonly unknown[] = isSeq(clients) ? (clients.toJSON() as readonly unknown[]) : [];
  listed.forEach((client, index) => {
    const id = typeof client === 'string' ? clientIds.get(appLabel(client) ?? '') : undefined;
    if (id === undefined) return;
    const node: unknown = document.getIn(['okta', 'clients', index], true);
    // The node stays, so that a comment beside the label stays beside the id.
    if (typeof node === 'object' && node !== null && 'value' in node) node.value = id;
    changed = true;
  });
  if (groupsClaims.length > 1) {
    const claim: unknown = document.getIn(['okta', 'groupsClaim']);
    const names: readonly unknown[] = isSeq(claim) ? (claim.toJSON() as readonly unknown[]) : [claim];
    if (groupsClaims.some((name) => !names.includes(name))) set(['okta', 'groupsClaim'], groupsClaims);
  }
  return changed ? document.toString({ lineWidth: 0 }) : text;
}
