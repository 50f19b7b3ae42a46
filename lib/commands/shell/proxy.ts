/**
 * The proxy of the environment, for everything that speaks HTTP: `HTTPS_PROXY`, `HTTP_PROXY` and
 * `NO_PROXY`, in capitals or not, as curl reads them. Loaded where one of them is set alone.
 */
import { createGlobalProxyAgent } from 'global-agent';
import { Agent, Dispatcher, ProxyAgent, setGlobalDispatcher } from 'undici';
import { isLoopbackHost } from '../../../lambda/core/contract/loopback.ts';
import { UsageError } from './command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Never asked through a proxy, as this machine is not: where AWS hands credentials to its own. */
const ALWAYS_DIRECT = ['169.254.169.254', '169.254.170.2'];

/**
 * The hosts of `isLoopbackHost` as patterns, for the library that takes nothing else. A host that
 * ends in a number is an address, never a name that starts with 127. Source: URL Standard, "ends in
 * a number checker".
 */
const LOOPBACK_PATTERNS = [
  ...['localhost', '[::1]'],
  ...Array.from({ length: 256 }, (_, last) => `127.*.${last}`),
];

export interface ProxySettings {
  readonly https: string;
  readonly http: string;
  /** Hosts with their subdomains, as both libraries read them; without those of this machine. */
  readonly direct: readonly string[];
}

/** @returns nothing where no proxy is to be used. @throws UsageError for a proxy that is no URL. */
export function proxySettings(environment: Environment): ProxySettings | undefined {
  const read = (name: string): string =>
    (environment[name.toLowerCase()] || environment[name] || '').trim();
  const http = read('HTTP_PROXY');
  const https = read('HTTPS_PROXY') || http;
  // URLs have their hosts in small letters.
  const entries = read('NO_PROXY')
    .toLowerCase()
    .split(/[\s,]+/);
  if (https === '' || entries.includes('*')) return undefined;
  for (const proxy of [https, http])
    if (proxy !== '' && !/^https?:\/\/[^/]/.test(proxy))
      throw new UsageError(
        'expected a URL such as `http://proxy.example.com:8080` in `HTTPS_PROXY` and `HTTP_PROXY`, found something else',
      );
  const own = entries.map((entry) => entry.replace(/^\*?\.?/, '')).filter((host) => host !== '');
  return { https, http, direct: [...ALWAYS_DIRECT, ...own.flatMap((host) => [host, `*.${host}`])] };
}

/** `fetch` uses undici, the clients of AWS use Node's own modules. */
export function goThroughProxy(environment: Environment): void {
  const settings = proxySettings(environment);
  if (!settings) return;
  const { https, http, direct } = settings;
  const noProxy = [...LOOPBACK_PATTERNS, ...direct].join(',');
  setGlobalDispatcher(new ProxyByHost(settings));
  // Its own variables, so that it does not read the environment a second time in its own way.
  const agent = createGlobalProxyAgent({ environmentVariableNamespace: 'OKTA_GROUP_AUTHORIZER_' });
  agent.HTTPS_PROXY = https;
  agent.HTTP_PROXY = http === '' ? null : http;
  agent.NO_PROXY = noProxy;
}

/** undici's own reader of these variables warns that it is experimental on every run. */
class ProxyByHost extends Dispatcher {
  readonly #direct = new Agent();
  readonly #http: Dispatcher;
  readonly #https: Dispatcher;
  readonly #hosts: readonly string[];

  constructor({ http, https, direct }: ProxySettings) {
    super();
    this.#hosts = direct;
    this.#http = http === '' ? this.#direct : new ProxyAgent(http);
    this.#https = new ProxyAgent(https);
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandlers,
  ): boolean {
    return this.#for(new URL(String(options.origin))).dispatch(options, handler);
  }

  #for(url: URL): Dispatcher {
    if (isDirect(url, this.#hosts)) return this.#direct;
    return url.protocol === 'https:' ? this.#https : this.#http;
  }
}

/** Whether a host is asked without the proxy: this machine, and what the settings name. */
export const isDirect = (
  { hostname, host }: Pick<URL, 'hostname' | 'host'>,
  direct: ProxySettings['direct'],
): boolean =>
  isLoopbackHost(hostname) ||
  direct.some((entry) =>
    entry.startsWith('*')
      ? hostname.endsWith(entry.slice(1)) || host.endsWith(entry.slice(1))
      : entry === hostname || entry === host,
  );
