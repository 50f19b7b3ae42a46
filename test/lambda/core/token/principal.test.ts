import { describe, expect, test } from '@jest/globals';
import { principalOf } from '../../../../lambda/core/token/principal.ts';
import { model } from '../../../support/model.ts';
import { userClaims } from '../../../support/tokens.ts';

const [okta] = model({ routes: [] }).okta;
if (!okta) throw new Error('the model of this test has an okta block');

describe('the principal of validated claims', () => {
  test('has the id of its token, and the name of its okta block where there are several', () => {
    expect(principalOf(userClaims(1), okta)).toEqual({
      kind: 'user',
      uid: '00u1reader',
      cid: '0oa1web',
      groups: ['orders-readers'],
      scopes: ['openid'],
      tokenId: 'AT.0123456789',
      issuedAt: 1,
    });
    expect(principalOf(userClaims(1), okta, 'main')).toMatchObject({ block: 'main' });
  });

  test.each(['cid', 'jti'])('needs %s as text', (claim) => {
    for (const value of [undefined, '', 7, null, ['x']]) {
      expect(principalOf(userClaims(1, { [claim]: value }), okta)).toEqual({
        code: 'TOKEN_CLAIMS',
        reason: claim,
      });
    }
  });
});
