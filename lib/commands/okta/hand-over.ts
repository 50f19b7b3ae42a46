/** What apply leaves behind: what a client needs to know, and the maps with what Okta has given. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { sideName } from '../../access-map/index.ts';
import type { DesiredOrg, DesiredServer } from '../../okta/desired.ts';
import { OktaError } from '../../okta/errors.ts';
import { type OktaOrg, textAt } from '../../okta/org.ts';
import { appRef } from '../../okta/plan-apps.ts';
import type { Unlisted } from '../../okta/plan-draft.ts';
import { serverRef } from '../../okta/plan-server.ts';
import { mapWith } from '../../okta/write-map.ts';
import { visible } from './render.ts';

interface Job {
  readonly desired: DesiredOrg;
  readonly files: readonly string[];
}

interface Server {
  readonly wanted: DesiredServer;
  readonly issuer: string;
}

/** @throws OktaError where a map cannot be written. */
export async function handOver(
  org: OktaOrg,
  { desired, files }: Job,
  ids: ReadonlyMap<string, string>,
  { write, cwd, unlisted }: { readonly write: boolean; readonly cwd: string; readonly unlisted: readonly Unlisted[] },
): Promise<readonly string[]> {
  const servers: Server[] = [];
  for (const wanted of desired.servers) {
    const id = ids.get(serverRef(wanted.name));
    const server = id === undefined ? undefined : await org.get(`/api/v1/authorizationServers/${id}`);
    servers.push({ wanted, issuer: textAt(server, 'issuer') });
  }
  const clientIds = new Map(desired.apps.map(({ label }) => [label, ids.get(appRef(label)) ?? '']));
  const lines = [...servers.flatMap((server) => serverLines(server)), ...desired.apps.flatMap((app) => appLines(app, clientIds))];
  if (!write) return [...lines, '', 'Put issuer and client ids into the map, or apply with --write.'];
  return [...lines, ...files.flatMap((file) => writeMap(resolve(cwd, file), file, { servers, clientIds, unlisted }))];
}

function serverLines({ wanted, issuer }: Server): readonly string[] {
  const scopes = wanted.scopes.map(({ name }) => name).join(' ');
  return [
    `What a client needs, from server ${wanted.name}:`,
    `  issuer          ${visible(issuer)}`,
    `  token endpoint  ${visible(issuer)}/v1/token`,
    `  audience        ${wanted.audience}`,
    `  scopes          openid${scopes === '' ? '' : ` ${scopes}`}`,
  ];
}

function appLines({ label, type }: DesiredOrg['apps'][number], clientIds: ReadonlyMap<string, string>): readonly string[] {
  const secret = type === 'web' || type === 'service' ? ` (its secret: Okta Admin Console, Applications, ${label})` : '';
  return [`  client id       ${visible(clientIds.get(label) ?? '')} of ${label}, ${type}${secret}`];
}

interface MapText {
  readonly api?: { readonly name?: string };
  readonly okta?: { readonly name?: string } | readonly { readonly name?: string }[];
}

/** What each okta block of a map is called in the org, in order. */
function sideNamesOf(text: string): readonly string[] {
  const { api, okta = [] } = (parse(text, { schema: 'failsafe' }) as MapText | null) ?? {};
  return [okta].flat().map(({ name }, index) => sideName(api?.name ?? '', index, name));
}

interface Written {
  readonly servers: readonly Server[];
  readonly clientIds: ReadonlyMap<string, string>;
  readonly unlisted: readonly Unlisted[];
}

function writeMap(path: string, name: string, { servers, clientIds, unlisted }: Written): readonly string[] {
  const text = readFileSync(path, 'utf8');
  const applied = sideNamesOf(text).flatMap((map, block) => {
    const server = servers.find(({ wanted }) => wanted.maps.includes(map));
    return server ? [{ block, issuer: server.issuer, groupsClaims: unlisted.find((each) => each.map === map)?.claims ?? [] }] : [];
  });
  if (applied.length === 0) throw new OktaError(`\`${name}\` is not one of the maps that were applied: it was not written`);
  const written = applied.reduce((edited, { block, ...given }) => mapWith(edited, { ...given, clientIds }, block), text);
  if (written === text) return [`${name} is up to date.`];
  // Beside it first, so that a full disk leaves the old map.
  writeFileSync(`${path}.new`, written);
  renameSync(`${path}.new`, path);
  return [`Wrote ${name}.`];
}
