/** One grammar of ids: what a token may carry, an event, a command and a map can name. */
import { describe, expect, test } from '@jest/globals';
import { isId } from '../../../../lambda/core/contract/okta-ids.ts';
import { meaningOf } from '../../../../lambda/core/revocation/okta-events.ts';
import { principalOf } from '../../../../lambda/core/token/principal.ts';
import { subjectOf } from '../../../../lib/commands/revoke/revoked-subject.ts';
import { base, messagesOf } from '../../../lib/access-map/support.ts';
import { model } from '../../../support/model.ts';
import { userClaims } from '../../../support/tokens.ts';

const [okta] = model({ routes: [] }).okta;
if (!okta) throw new Error('the model of this test has an okta block');

const inToken = (id: string) => !('code' in principalOf(userClaims(1, { cid: id, uid: id }), okta));

const inEvent = (id: string) => {
  const event = {
    ...{ uuid: 'f1d0b993', eventType: 'application.lifecycle.deactivate' },
    ...{ outcome: { result: 'SUCCESS' }, target: [{ type: 'AppInstance', id }] },
  };
  const none = { removed: new Set<string>(), added: new Set<string>() };
  return meaningOf(event, none, 1)?.revocations[0]?.subject === `client:${id}`;
};

const inRevoke = async (id: string) => {
  const unused = undefined as never;
  const found = subjectOf({ client: id }, unused, unused, unused);
  return (await found.catch(() => undefined)) === `client:${id}`;
};

const asClient = (id: string) => messagesOf({ okta: { ...base.okta, clients: [id] } }).length === 0;
const asMachine = (id: string) =>
  messagesOf({ machines: { [id]: { allow: ['GET /orders'] } } }).length === 0;

describe('an id is the same in tokens, events, commands and maps', () => {
  test.each([
    ['0oa1web', true],
    ['my.app', true],
    ['a#b/c:d', true],
    ['x'.repeat(100), true],
    ['x'.repeat(101), false],
    ['two words', false],
    ['line\n', false],
    ['müller', false],
    ['', false],
  ])('%j: %s', async (id, expected) => {
    expect({
      ...{ id: isId(id), token: inToken(id), event: inEvent(id), revoke: await inRevoke(id) },
      ...{ client: asClient(id), machine: asMachine(id) },
    }).toEqual({
      ...{ id: expected, token: expected, event: expected, revoke: expected },
      ...{ client: expected, machine: expected },
    });
  });
});
