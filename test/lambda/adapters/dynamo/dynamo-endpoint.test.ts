import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { endpointFrom } from '../../../../lambda/adapters/dynamo/dynamo-endpoint.ts';

const REGIONS = [
  'us-east-1',
  'eu-central-2',
  'ap-southeast-7',
  'il-central-1',
  'mx-central-1',
  'xx-newland-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
];
const SWITCHES = [false, true];
const every = REGIONS.flatMap((region) =>
  SWITCHES.flatMap((fips) => SWITCHES.map((dualStack) => ({ region, fips, dualStack }))),
);

describe('the endpoint', () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { endpointProvider } = new DynamoDBClient({ region: 'us-east-1' }).config;

  test.each(every)(
    'of a Region is where the AWS SDK says that it is: $region, FIPS $fips, dual-stack $dualStack',
    (row) => {
      const { region, fips, dualStack } = row;
      const { url } = endpointProvider({
        Region: region,
        UseFIPS: fips,
        UseDualStack: dualStack,
        AccountIdEndpointMode: 'disabled',
      });
      const found = endpointFrom({
        AWS_REGION: region,
        AWS_USE_FIPS_ENDPOINT: String(fips),
        AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
      });
      expect(found).toEqual({
        secure: true,
        hostname: url.hostname,
        port: 443,
        host: url.hostname,
        region,
      });
    },
  );

  test.each([
    [
      { AWS_ENDPOINT_URL_DYNAMODB: 'https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com' },
      true,
      'vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com',
      443,
    ],
    [{ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' }, false, '127.0.0.1', 8000],
    [{ AWS_ENDPOINT_URL_DYNAMODB: 'http://localhost:8000/' }, false, 'localhost', 8000],
    [{ AWS_ENDPOINT_URL_DYNAMODB: 'http://[::1]:8000' }, false, '::1', 8000],
    [{ AWS_ENDPOINT_URL: 'https://all.example.com:8443' }, true, 'all.example.com', 8443],
    [
      {
        AWS_ENDPOINT_URL: 'https://all.example.com',
        AWS_ENDPOINT_URL_DYNAMODB: 'https://one.example.com',
      },
      true,
      'one.example.com',
      443,
    ],
    [
      { AWS_ENDPOINT_URL: 'https://all.example.com', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      true,
      'dynamodb.eu-west-1.amazonaws.com',
      443,
    ],
    [{ AWS_ENDPOINT_URL_DYNAMODB: '' }, true, 'dynamodb.eu-west-1.amazonaws.com', 443],
  ])('may be named by variables: %j', (variables, secure, hostname, port) => {
    expect(endpointFrom({ AWS_REGION: 'eu-west-1', ...variables })).toMatchObject({
      secure,
      hostname,
      port,
    });
  });

  test.each([
    [{ AWS_REGION: undefined }, 'AWS_REGION: expected a Region such as eu-west-1, found ``'],
    [
      { AWS_REGION: 'eu-west-1.evil.example' },
      'AWS_REGION: expected a Region such as eu-west-1, found `eu-west-1.evil.example`',
    ],
    [
      { AWS_ENDPOINT_URL_DYNAMODB: 'dynamodb' },
      'AWS_ENDPOINT_URL_DYNAMODB: expected a URL, found `dynamodb`',
    ],
    [
      { AWS_ENDPOINT_URL_DYNAMODB: 'http://10.0.0.7:8000' },
      'AWS_ENDPOINT_URL_DYNAMODB: expected an https URL, or plain http on a loopback address, found `http://10.0.0.7:8000`',
    ],
    [
      { AWS_ENDPOINT_URL: 'http://127.0.0.1.example.com' },
      'AWS_ENDPOINT_URL: expected an https URL, or plain http on a loopback address, found `http://127.0.0.1.example.com`',
    ],
    [
      { AWS_ENDPOINT_URL: 'https://user:pass@example.com/path' },
      'AWS_ENDPOINT_URL: expected only scheme, host and port, such as `https://example.com`',
    ],
    [
      { AWS_ENDPOINT_URL: 'https://example.com', AWS_USE_FIPS_ENDPOINT: 'true' },
      'AWS_ENDPOINT_URL: an endpoint that is set here is neither a FIPS nor a dual-stack endpoint; unset it or AWS_USE_*_ENDPOINT',
    ],
    [
      { AWS_USE_FIPS_ENDPOINT: 'yes' },
      'AWS_USE_FIPS_ENDPOINT: expected true or false, found `yes`',
    ],
  ])('that cannot be used ends the start with a sentence: %j', (variables, sentence) => {
    expect(() => endpointFrom({ AWS_REGION: 'eu-west-1', ...variables })).toThrow(
      new Error(sentence),
    );
  });
});
