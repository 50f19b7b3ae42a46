/**
 * A map of many groups and routes as text: ten routes a service, twelve grants a group, every fifth
 * group with a deny.
 */
export function largeMap(groups: number, services: number): string {
  const routes = Array.from({ length: services }, (_, n) => `/service-${n}`).flatMap((service) => [
    `GET ${service}`,
    `POST ${service}`,
    `GET ${service}/{id}`,
    `PUT ${service}/{id}`,
    `DELETE ${service}/{id}`,
    `GET ${service}/{id}/items`,
    `POST ${service}/{id}/items`,
    `GET ${service}/{id}/items/{item}`,
    `PATCH ${service}/{id}/items/{item}`,
    `GET ${service}/search`,
  ]);
  // Spread over all routes without a random source, so that each run is the same.
  const some = (seed: number, count: number) => [
    ...new Set(
      Array.from({ length: count }, (_, n) => routes[(seed * 7_919 + n * 104_729) % routes.length]),
    ),
  ];
  const list = (items: readonly (string | undefined)[]) =>
    items.map((item) => `      - ${item}`).join('\n');
  const group = (n: number) =>
    [
      `  team-${n}:`,
      '    allow:',
      list(some(n, 12)),
      ...(n % 5 === 0 ? ['    deny:', list(some(n + 3, 3))] : []),
    ].join('\n');
  return [
    'api: { name: large, upstream: { url: https://large.example.com } }',
    'okta: { issuer: https://acme.okta.com/oauth2/aus1abc, audience: api://large, clients: [0oa1web] }',
    'routes:',
    ...routes.map((route) => `  - ${route}`),
    'groups:',
    ...Array.from({ length: groups }, (_, n) => group(n)),
    '',
  ].join('\n');
}
