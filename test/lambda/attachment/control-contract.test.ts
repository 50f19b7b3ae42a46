import { describe, expect, test } from '@jest/globals';
import type { Authorization } from '../../../lambda/gateway/live-api.ts';
import {
  CONTRACT_ROUTES,
  CONTROL_CONTRACT,
  type ContractRoute,
  type ControlSubject,
  EMPTY_THING,
  type Kind,
} from '../../support/control-contract.ts';
import { requestIn } from '../../support/wire/attachment.ts';
import { API_ID, fakeGateway, properties } from './fake-api.ts';

const authorizationOf = ({ type, authorizer, scopes = [] }: ContractRoute): Authorization => ({
  type,
  scopes,
  ...(authorizer !== undefined && { authorizerId: authorizer }),
});

function fakeSubject(kind: Kind): ControlSubject {
  const routes = CONTRACT_ROUTES[kind];
  const gateway = fakeGateway({
    kind,
    routes: Object.fromEntries(routes.map((route) => [route.key, authorizationOf(route)])),
    keyed: routes.filter(({ apiKeyRequired }) => apiKeyRequired).map(({ key }) => key),
  });
  gateway.authorizers.push(
    { id: 'legacy', name: 'legacy', type: 'REQUEST' },
    { id: 'next', name: 'okta-groups-1', type: 'REQUEST' },
  );
  const requestOf = (apiId = API_ID, stage = 'prod') =>
    requestIn(
      properties({
        guarded: [],
        Kind: kind,
        ApiId: apiId,
        ...(kind === 'rest' && { Stage: stage }),
      }),
    );
  return {
    kind,
    control: ({ apiId, stage } = {}) => gateway.parts.control(requestOf(apiId, stage)),
    responses: (apiId) => gateway.parts.responses(requestOf(apiId)),
    store: () => gateway.store('things', EMPTY_THING),
    deleteRoute: async (key) => gateway.set(key, undefined),
  };
}

describe.each(['http', 'rest'] as const)(
  'the fake of a %s API keeps the contract of the control plane',
  (kind) => {
    test.each(CONTROL_CONTRACT.filter(({ kinds }) => kinds.includes(kind)))(
      '$name',
      async ({ run }) => {
        await expect(run(fakeSubject(kind))).resolves.toBeUndefined();
      },
    );
  },
);
