/** The local product in a process of its own, which tells how much memory it holds. */
import { parse } from 'yaml';
import type { AccessMapInput } from '../../lib/access-map/index.ts';
import { startLocalStack } from '../../local/stack.ts';
import { ordersMap } from './assets.ts';
import { localToken } from './local-token.ts';

const MB = 1_024 * 1_024;
const map = parse(ordersMap('https://acme.okta.com/oauth2/aus1abc')) as AccessMapInput;
const stack = await startLocalStack({ map, onLine: () => undefined });
const token = await localToken(stack.issuer?.issuer ?? '');
process.send?.({ url: `${stack.gateway.url}/orders/42`, token });
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss: Math.round(rss / MB), heap: Math.round(heapUsed / MB) });
});
process.on('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
process.on('disconnect', () => void stack.stop().then(() => process.exit(0)));
