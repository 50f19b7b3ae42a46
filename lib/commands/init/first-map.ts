/** The map that `init` writes where there is no API yet: small, commented, to be filled in. */
import { PLACEHOLDER } from '../../access-map/sections/placeholders.ts';
import { type InitialMap, issuerOrPlaceholder, type KnownParts } from './initial-map.ts';

export function firstMap({ issuer, audience, clients, upstream }: KnownParts): InitialMap {
  const ids = (clients ?? [PLACEHOLDER.client]).map((id) => JSON.stringify(id)).join(', ');
  const text = `# yaml-language-server: $schema=./node_modules/okta-group-authorizer/access.schema.json
# Who may call which route of an API. \`npx okta-group-authorizer check\` lists the steps that are left.

api:
  # Names the stack, \`access-orders\`.
  name: orders
  # Your back end: allowed calls go there.
  upstream: { url: ${JSON.stringify(upstream ?? PLACEHOLDER.upstream)} }

# The authorization server that issues the access tokens, and the applications that get them.
okta:
  issuer: ${JSON.stringify(issuerOrPlaceholder(issuer))}
  audience: ${JSON.stringify(audience ?? 'api://orders')}
  clients: [${ids}]

# Every route of the API. A route that nobody is granted is closed.
routes:
  - GET /health
  - GET /orders
  - GET /orders/{id}
  - POST /orders

# Without a token.
public:
  - GET /health

# What a group may do, by its name in Okta. Patterns such as \`GET /orders/*\` work too.
groups:
  orders-readers:
    allow: [GET /orders, 'GET /orders/{id}']
    quota: standard
  orders-writers:
    allow: [POST /orders]

# How often one user may call, counted over the routes of the group.
quotas:
  standard: { limit: 1000, per: day, by: user }

# What must stay true: \`check\` runs them.
tests:
  - groups: [orders-readers]
    allows: [GET /orders]
    denies: [POST /orders]
`;
  return { text, left: [] };
}
