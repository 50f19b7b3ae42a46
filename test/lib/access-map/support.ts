/** Small valid maps as objects, to be varied. */
import { stringify } from 'yaml';
import { AccessMap, type AccessMapInput } from '../../../lib/access-map/index.ts';

export const base = {
  api: { name: 'orders', upstream: { url: 'https://orders.example.com' } },
  okta: {
    issuer: 'https://acme.okta.com/oauth2/default',
    audience: 'api://orders',
    clients: ['0oa1web'],
  },
  routes: ['GET /orders', 'POST /orders', 'GET /orders/{id}', 'GET /health'],
} satisfies AccessMapInput;

export const mapOf = (changes: Partial<AccessMapInput> = {}): AccessMap =>
  AccessMap.fromObject({ ...base, ...changes });

/** The messages of a map of unknown shape, without its source. */
export const messagesOf = (changes: object): readonly string[] =>
  AccessMap.checkObject({ ...base, ...changes }).problems.map(({ message }) =>
    message.replace('cdk.json#/context/accessMap', ''),
  );

export const fromYaml = (map: object): AccessMap | undefined =>
  AccessMap.checkText(stringify(map), 'access.yaml').map;
