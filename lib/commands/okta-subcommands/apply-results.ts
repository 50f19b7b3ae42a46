/** What apply reports: values that clients need, and the maps with the ids that Okta assigned. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { appLabel, sideName } from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import type { DesiredOrg, DesiredServer } from '../../okta/desired-org.ts';
import { OktaError } from '../../okta/okta-error.ts';
import { type OktaOrg, textAt } from '../../okta/org.ts';
import type { Unlisted } from '../../okta/plan-part.ts';
import { appRef, serverRef } from '../../okta/references.ts';
import { mapWith } from '../../okta/write-map.ts';
import { escapeControls } from '../shell/io.ts';

interface Job {
  readonly desired: DesiredOrg;
  readonly files: readonly string[];
}

interface Server {
  readonly wanted: DesiredServer;
  readonly issuer: string;
}

export interface Results {
  readonly servers: readonly {
    readonly name: string;
    readonly issuer: string;
    readonly audience: string;
    readonly scopes: readonly string[];
  }[];
  readonly clients: readonly { readonly label: string; readonly clientId: string }[];
  /** What was said of each file of a map. */
  readonly files: readonly string[];
}

/** @throws OktaError where a map cannot be written. */
export async function resultsOf(
  org: OktaOrg,
  { desired, files }: Job,
  ids: ReadonlyMap<string, string>,
  {
    write,
    cwd,
    unlisted,
  }: { readonly write: boolean; readonly cwd: string; readonly unlisted: readonly Unlisted[] },
): Promise<Results> {
  const servers: Server[] = [];
  for (const wanted of desired.servers) {
    const id = ids.get(serverRef(wanted.name));
    const server =
      id === undefined ? undefined : await org.get(`/api/v1/authorizationServers/${id}`);
    servers.push({ wanted, issuer: textAt(server, 'issuer') });
  }
  const clientIds = new Map(desired.apps.map(({ label }) => [label, ids.get(appRef(label)) ?? '']));
  return {
    servers: servers.map(({ wanted, issuer }) => ({
      name: wanted.name,
      issuer,
      audience: wanted.audience,
      scopes: ['openid', ...wanted.scopes.map(({ name }) => name)],
    })),
    clients: [...clientIds].map(([label, clientId]) => ({ label, clientId })),
    files: write
      ? files.flatMap((file) =>
          writeMap(resolve(cwd, file), file, { servers, clientIds, unlisted }),
        )
      : [],
  };
}

/** As text. */
export function resultLines(
  { servers, clients, files }: Results,
  { apps }: Pick<DesiredOrg, 'apps'>,
  write: boolean,
): readonly string[] {
  return [
    ...servers.flatMap(serverLines),
    ...apps.flatMap((app) => appLines(app, clients)),
    ...(write ? files : ['', 'Put issuer and client ids into the map, or apply with --write.']),
  ];
}

const serverLines = ({
  name,
  issuer,
  audience,
  scopes,
}: Results['servers'][number]): readonly string[] => [
  `What a client needs, from server ${name}:`,
  `  issuer          ${escapeControls(issuer)}`,
  `  token endpoint  ${escapeControls(issuer)}/v1/token`,
  `  audience        ${audience}`,
  `  scopes          ${scopes.join(' ')}`,
];

function appLines(
  { label, type }: DesiredOrg['apps'][number],
  clients: Results['clients'],
): readonly string[] {
  const clientId = clients.find((client) => client.label === label)?.clientId ?? '';
  const secret =
    type === 'web' || type === 'service'
      ? ` (its secret: Okta Admin Console, Applications, ${label})`
      : '';
  return [`  client id       ${escapeControls(clientId)} of ${label}, ${type}${secret}`];
}

interface BlockText {
  readonly name?: string;
  readonly clients?: unknown;
}

interface MapText {
  readonly extends?: string;
  readonly api?: { readonly name?: string };
  readonly okta?: BlockText | readonly BlockText[];
}

interface Side {
  /** What the block is called in the org. */
  readonly map: string;
  readonly hasClients: boolean;
}

const mapTextOf = (text: string): MapText =>
  (parse(text, { schema: 'failsafe' }) as MapText | null) ?? {};

/** The okta blocks of a map, in order. An overlay without a name has that of its base. */
function blocksOf(text: string, path: string, name: string): readonly Side[] {
  const { extends: base, api, okta = [] } = mapTextOf(text);
  const inherited =
    api?.name === undefined && base !== undefined
      ? mapTextOf(textOf(resolve(dirname(path), base), name)).api
      : api;
  return [okta].flat().map((block, index) => {
    return {
      map: sideName(inherited?.name ?? '', index, block.name),
      hasClients: block.clients !== undefined,
    };
  });
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OktaError(
      'MAP_UNWRITABLE',
      `expected the map ${code(name)} to write to, found no readable file ${code(path)}`,
      {},
      { cause },
    );
  }
}

/**
 * Checked before anything is written to Okta: ids that could not be written into a map afterwards.
 * @throws OktaError
 */
export function refuseUnwritable(
  files: readonly string[],
  { servers, apps }: DesiredOrg,
  cwd: string,
): void {
  // The policy names service apps of its own accord.
  const labels = apps.flatMap(({ label, type }) => (type === 'service' ? [] : [label]));
  for (const file of files) {
    const path = resolve(cwd, file);
    const text = textOf(path, file);
    const sides = blocksOf(text, path, file);
    if (sides.length === 0)
      throw new OktaError(
        'MAP_UNWRITABLE',
        `expected an \`okta\` block in ${code(file)} for \`--write\`, found none: its base has it, write one here`,
      );
    for (const [block, { map, hasClients }] of sides.entries()) {
      const clients = servers
        .flatMap(({ policies }) => policies)
        .find((policy) => policy.map === map)?.clients;
      if (clients === undefined) continue;
      mapWith(text, { issuer: '', clientIds: new Map(), groupsClaims: [] }, block);
      if (
        hasClients ||
        clients === 'any' ||
        !clients.some((client) => labels.includes(appLabel(client) ?? ''))
      )
        continue;
      throw new OktaError(
        'MAP_UNWRITABLE',
        `expected \`okta.clients\` in ${code(file)} for \`--write\`, found them in its base: repeat them here`,
      );
    }
  }
}

interface Written {
  readonly servers: readonly Server[];
  readonly clientIds: ReadonlyMap<string, string>;
  readonly unlisted: readonly Unlisted[];
}

function writeMap(
  path: string,
  name: string,
  { servers, clientIds, unlisted }: Written,
): readonly string[] {
  const text = textOf(path, name);
  const applied = blocksOf(text, path, name).flatMap(({ map }, block) => {
    const server = servers.find(({ wanted }) => wanted.maps.includes(map));
    return server
      ? [
          {
            block,
            issuer: server.issuer,
            groupsClaims: unlisted.find((each) => each.map === map)?.claims ?? [],
          },
        ]
      : [];
  });
  if (applied.length === 0)
    throw new OktaError(
      'MAP_UNWRITABLE',
      `\`${name}\` is not one of the maps that were applied: it was not written`,
    );
  const written = applied.reduce(
    (edited, { block, ...given }) => mapWith(edited, { ...given, clientIds }, block),
    text,
  );
  if (written === text) return [`${name} is up to date.`];
  // Beside it first, so that a full disk leaves the old map.
  writeFileSync(`${path}.new`, written);
  renameSync(`${path}.new`, path);
  return [`Wrote ${name}.`];
}
