/**
 * The API of the synthetic traffic: 24 routes, four groups, two sensitive routes, one quota that a
 * group shares.
 */
import { parseModel } from '../../../lambda/core/model/load-model.ts';
import { AccessMap } from '../../../lib/access-map/index.ts';

const RESOURCES = ['orders', 'customers', 'invoices', 'reports', 'payouts', 'users'];

export const ROUTES: readonly string[] = RESOURCES.flatMap((name) => [
  `GET /${name}`,
  `GET /${name}/{id}`,
  `POST /${name}`,
  `DELETE /${name}/{id}`,
]);
export const SENSITIVE = ['DELETE /payouts/{id}', 'GET /users/{id}'];

export const shopMap = (): AccessMap =>
  AccessMap.fromObject({
    api: { name: 'shop', upstream: { url: 'https://shop.example.com' } },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://shop',
      clients: ['0oa1web'],
    },
    routes: ROUTES.map((route) => ({ route, sensitive: SENSITIVE.includes(route) })),
    quotas: { partner: { limit: 100_000, per: 'month', by: 'group' } },
    groups: {
      readers: {
        allow: ['GET /orders', 'GET /orders/{id}', 'GET /customers', 'GET /customers/{id}'],
      },
      clerks: {
        allow: [
          'GET /orders',
          'GET /orders/{id}',
          'POST /orders',
          'GET /invoices',
          'GET /invoices/{id}',
          'POST /invoices',
        ],
      },
      admins: { allow: RESOURCES.flatMap((name) => [`ANY /${name}`, `ANY /${name}/{id}`]) },
      partners: { allow: ['GET /orders', 'POST /orders'], quota: 'partner' },
      auditors: { allow: ['GET /users/{id}', 'GET /reports', 'GET /reports/{id}'] },
    },
  });

export const shopModel = () => parseModel(shopMap().model);
