/**
 * Where DynamoDB is, by the environment's Region and the usual variables. Source: AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints", "FIPS endpoints", "Dual-stack endpoints".
 */
import { isLoopbackHost } from '../../core/contract/loopback.ts';

export interface Endpoint {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The value of the `Host` field. */
  readonly host: string;
  readonly region: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

type Partition = readonly [regions: string, suffix: string, dualStackSuffix: string];

/**
 * By what names of Regions begin with. The commercial partition comes last: Regions that are not
 * known yet are taken to be its.
 */
const PARTITIONS: readonly Partition[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['us-gov-', 'amazonaws.com', 'api.aws'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['', 'amazonaws.com', 'api.aws'],
];

/**
 * @throws Error with a sentence for settings that name no endpoint, or one that must not be used.
 */
export function endpointFrom(env: Environment): Endpoint {
  const region = env['AWS_REGION'] ?? '';
  if (!/^[a-z]{2,}(?:-[a-z0-9]+)+$/.test(region))
    throw new Error(`AWS_REGION: expected a Region such as eu-west-1, found \`${region}\``);
  const fips = isOn(env, 'AWS_USE_FIPS_ENDPOINT');
  const dualStack = isOn(env, 'AWS_USE_DUALSTACK_ENDPOINT');
  const name = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'].find((variable) => env[variable]);
  if (name === undefined || isOn(env, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) {
    const hostname = hostnameOf(region, fips, dualStack);
    return { secure: true, hostname, port: 443, host: hostname, region };
  }
  if (fips || dualStack)
    throw new Error(
      `${name}: an endpoint that is set here is neither a FIPS nor a dual-stack endpoint; unset it or AWS_USE_*_ENDPOINT`,
    );
  return { ...addressIn(name, env[name] ?? ''), region };
}

function hostnameOf(region: string, fips: boolean, dualStack: boolean): string {
  const [, suffix, dualStackSuffix] =
    PARTITIONS.find(([regions]) => region.startsWith(regions)) ?? raise('no partition');
  // In the partitions of the government, the plain name is the FIPS endpoint.
  const service =
    fips && !(region.startsWith('us-gov-') && !dualStack) ? 'dynamodb-fips' : 'dynamodb';
  return `${service}.${region}.${dualStack ? dualStackSuffix : suffix}`;
}

function addressIn(name: string, text: string): Omit<Endpoint, 'region'> {
  const url = URL.canParse(text)
    ? new URL(text)
    : raise(`${name}: expected a URL, found \`${text}\``);
  const secure = url.protocol === 'https:';
  // Plain http only ever on this machine: requests carry credentials' signatures and the answers
  // decide who gets in.
  if (!secure && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    raise(
      `${name}: expected an https URL, or plain http on a loopback address, found \`${url.origin}\``,
    );
  }
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '') {
    raise(`${name}: expected only scheme, host and port, such as \`${url.origin}\``);
  }
  const port = Number(url.port) || (secure ? 443 : 80);
  return { secure, hostname: url.hostname.replace(/^\[|\]$/g, ''), port, host: url.host };
}

function isOn(env: Environment, name: string): boolean {
  const text = env[name] ?? 'false';
  return (
    text === 'true' ||
    (text !== 'false' && raise(`${name}: expected true or false, found \`${text}\``))
  );
}

function raise(sentence: string): never {
  throw new Error(sentence);
}
