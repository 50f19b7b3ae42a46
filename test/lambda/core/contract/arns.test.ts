/** The ARNs of API Gateway and Lambda: what each parser reads, and every place that asks one. */
import { describe, expect, test } from '@jest/globals';
import { arnInUri, functionUri } from '../../../../lambda/core/contract/authorizer-uri.ts';
import { parseFunctionArn } from '../../../../lambda/core/contract/function-arn.ts';
import { parseRequestArn } from '../../../../lambda/core/contract/request-arn.ts';
import { identify } from '../../../../lambda/gateway/own-authorizer.ts';
import { AccessMap } from '../../../../lib/access-map/index.ts';
import { runInject } from '../../../../lib/commands/inject.ts';
import { requireFunctionArn } from '../../../../lib/commands/live/lambda-code.ts';
import { UsageError } from '../../../../lib/commands/shell/command.ts';
import { base } from '../../../lib/access-map/support.ts';
import { MAP } from '../../../lib/commands/live/live-aws.ts';
import { capture, project } from '../../../lib/commands/project.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
const URI = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

const isRefused = (call: () => unknown): boolean => {
  try {
    call();
    return false;
  } catch (error) {
    if (error instanceof UsageError) return true;
    throw error;
  }
};

/** Whether a place takes a text for the ARN of a function. */
const ASK_FUNCTION: readonly (readonly [place: string, takes: (arn: string) => boolean])[] = [
  ['parseFunctionArn', (arn) => parseFunctionArn(arn) !== undefined],
  ['arnInUri', (arn) => arnInUri(URI.replace(FUNCTION, arn)) === arn],
  ['`smoke --function`', (arn) => !isRefused(() => requireFunctionArn(arn))],
  [
    '`api.upstream.lambda` of a map',
    (arn) =>
      AccessMap.checkObject({ ...base, api: { name: 'a', upstream: { lambda: arn } } }).problems
        .length === 0,
  ],
  [
    'a live authorizer',
    (arn) => {
      const authorizer = { id: 'a', name: 'a', type: 'REQUEST', invokes: arn };
      return identify(authorizer, { invokes: arn }, 'http').kind === 'ours';
    },
  ],
];

describe('the ARN of a function', () => {
  test.each([
    [FUNCTION, { region: 'eu-west-1', unqualified: FUNCTION }],
    [`${FUNCTION}:live`, { region: 'eu-west-1', unqualified: FUNCTION, qualifier: 'live' }],
    [`${FUNCTION}:$LATEST`, { region: 'eu-west-1', unqualified: FUNCTION, qualifier: '$LATEST' }],
    [undefined, undefined],
  ])('%s is read as %j', (arn, expected) => {
    expect(parseFunctionArn(arn)).toEqual(expected);
  });

  test.each(ASK_FUNCTION)('is the same for %s', (_place, takes) => {
    const verdicts = [
      [FUNCTION, true],
      [`${FUNCTION}:live`, true],
      [FUNCTION.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-west-1', 'us-gov-east-1'), true],
      ['arn:aws:lambda:x:y:function:!!', false],
      ['orders', false],
      [`${FUNCTION}:live:more`, false],
      [`${FUNCTION}:`, false],
      [FUNCTION.replace('111122223333', ''), false],
      [FUNCTION.replace('orders', '$' + '{stageVariables.name}'), false],
      [FUNCTION.replace(':function:', ':layer:'), false],
      [` ${FUNCTION}`, false],
    ] as const;
    expect(verdicts.map(([arn]) => [arn, takes(arn)])).toEqual(verdicts);
  });
});

/** Whether `inject` goes on, with a URI, to the map, which is not there. */
function isTakenByInject(authorizerUri: string): boolean {
  const io = capture(project({ 'access.yaml': MAP, 'in.yaml': 'openapi: 3.0.1\npaths: {}\n' }));
  return !isRefused(() => runInject({ document: 'in.yaml', authorizerUri }, io));
}

describe('the URI by which API Gateway invokes a function', () => {
  test('is written and read back', () => {
    const place = { partition: 'aws', region: 'eu-west-1' };
    expect(functionUri(place, FUNCTION)).toBe(URI);
    expect(arnInUri(functionUri(place, `${FUNCTION}:live`))).toBe(`${FUNCTION}:live`);
  });

  test.each([
    ['arnInUri', (uri: string) => arnInUri(uri) !== undefined],
    ['`inject --authorizer-uri`', isTakenByInject],
  ])('is the same for %s', (_place, takes) => {
    const verdicts = [
      [URI, true],
      [URI.replace('arn:aws:apigateway', 'arn:aws-cn:apigateway'), true],
      [URI.replace(FUNCTION, 'orders-authorizer'), false],
      [URI.replace(FUNCTION, '$' + '{stageVariables.name}'), false],
      [URI.replace('2015-03-31', '2014-11-13'), false],
      [URI.replace('/invocations', ''), false],
      [FUNCTION, false],
      ['', false],
    ] as const;
    expect(verdicts.map(([uri]) => [uri, takes(uri)])).toEqual(verdicts);
  });
});

describe('the ARN of a request', () => {
  const stageArn = 'arn:aws:execute-api:eu-west-1:111122223333:abc123/prod/';
  const read = { stageArn, partition: 'aws', apiId: 'abc123', stage: 'prod', method: 'GET' };

  test.each([
    [`${stageArn}GET/orders/a:b/c`, read],
    [`${stageArn}GET/`, read],
    [`${stageArn}GET`, undefined],
    [stageArn, undefined],
    [`${stageArn}GET/`.replace('arn:', 'urn:'), undefined],
    [`${stageArn}GET/`.replace(':aws:', '::'), undefined],
    [`${stageArn}GET/`.replace('execute-api', 'lambda'), undefined],
    ['', undefined],
  ])('%s is read as %j', (arn, expected) => {
    expect(parseRequestArn(arn)).toEqual(expected);
  });
});
