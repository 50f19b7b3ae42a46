/** The maps beside a local org: one for the gateway, one for the commands. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Document, isSeq, parseDocument } from 'yaml';
import type { AccessMap } from '../../lib/access-map/index.ts';

export const parsed = (text: string): Document => parseDocument(text, { schema: 'failsafe' });

/** The text is in another folder by then, and a file that it names does not. */
export function anchored(text: string, folder: string): Document {
  const document = parsed(text);
  const file: unknown = document.getIn(['routes', 'openapi']);
  if (typeof file === 'string') document.setIn(['routes', 'openapi'], resolve(folder, file));
  return document;
}

/** The one okta block, which may be in a list. */
const blockOf = (document: Document): readonly (string | number)[] =>
  isSeq(document.get('okta')) ? ['okta', 0] : ['okta'];

export function gatewayText(document: Document, appIds: Readonly<Record<string, string>>): string {
  const block = blockOf(document);
  const clients: unknown = document.getIn([...block, 'clients']);
  if (isSeq(clients)) {
    const ids = (clients.toJSON() as readonly unknown[]).map(
      (client) => appIds[String(client).replace(/^app:\s*/, '')] ?? client,
    );
    document.setIn([...block, 'clients'], document.createNode(ids));
  }
  if (!document.hasIn([...block, 'issuer']))
    document.setIn([...block, 'issuer'], 'https://local.example.com/oauth2/default');
  return String(document);
}

interface OwnApps {
  readonly labels: readonly string[];
  readonly callback: string;
}

/** The map before its first apply. */
export function commandsText(
  document: Document,
  map: AccessMap,
  org: string,
  { labels, callback }: OwnApps,
): string {
  const block = blockOf(document);
  document.deleteIn([...block, 'issuer']);
  if (map.oktaSides.length > 0) document.setIn([...block, 'manage', 'org'], org);
  else {
    const apps = labels.map((label) => ({
      label,
      type: 'spa',
      redirectUris: [callback],
      groups: ['Everyone'],
    }));
    document.setIn(
      [...block, 'clients'],
      document.createNode(labels.map((label) => `app:${label}`)),
    );
    document.setIn([...block, 'manage'], document.createNode({ org, apps, scopes: 'true' }));
  }
  return String(document);
}

export function writeMaps(
  folder: string,
  texts: { readonly gateway: string; readonly commands: string },
): { readonly gateway: string; readonly commands: string } {
  mkdirSync(folder, { recursive: true });
  const paths = { gateway: join(folder, 'gateway.yaml'), commands: join(folder, 'access.yaml') };
  writeFileSync(paths.gateway, texts.gateway);
  writeFileSync(paths.commands, texts.commands);
  return paths;
}
