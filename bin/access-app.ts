/** The app that the CDK's command line synthesizes: a stack for each map that the context names. */
import { resolve } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { APP_CONTEXT } from '../lambda/core/contract/app-context.ts';
import { stackNameOf } from '../lambda/core/contract/own-names.ts';
import {
  isStoreClient,
  STORE_CLIENT_NAMES,
  type StoreClient,
} from '../lambda/core/contract/store-client.ts';
import { type AccessMap, loadMaps, resolveMapSources } from '../lib/access-map/index.ts';
import { AccessStack } from '../lib/stack/access-stack.ts';
import { warnOfExamples } from '../lib/stack/example-issuers.ts';
import { recommendedFlags } from '../lib/stack/recommended-flags.ts';
import type { WatchOptions } from '../lib/watch/watch.ts';
import { ContextError, flag, stackProps } from './context-values.ts';

/**
 * Context `accessMap`: a file's name, a glob of several, the map itself, or the map as JSON text,
 * which is what `-c` can hand over. Context `root`: folder that files named by maps lie below.
 * Context `loopbackIssuer`: plain http for an issuer on this machine; only local runs set it.
 */
function accessMaps(app: App): readonly AccessMap[] {
  const value: unknown = app.node.tryGetContext(APP_CONTEXT.accessMap);
  const isJson = typeof value === 'string' && value.trimStart().startsWith('{');
  const locations = resolveMapSources(process.cwd(), isJson ? parseJson(value) : value);
  const root: unknown = app.node.tryGetContext(APP_CONTEXT.root);
  if (root !== undefined && typeof root !== 'string')
    throw new ContextError(`context root: expected a folder, found \`${JSON.stringify(root)}\``);
  return loadMaps(locations, {
    loopbackIssuer: flag(app, APP_CONTEXT.loopbackIssuer),
    ...(root !== undefined && { root: resolve(root) }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the text.
    throw new ContextError(
      'context accessMap: expected an access map as JSON, found text that starts with `{` and is not JSON',
    );
  }
}

/**
 * Context `watch`: false for no alarms, dashboard, detector and saved queries; `savedQueries`:
 * false for none of these; `alarmTopic`: ARN of the SNS topic that alarms are sent to.
 */
function watchOptions(app: App): WatchOptions | false {
  if (!flag(app, APP_CONTEXT.watch, true)) return false;
  const savedQueries = flag(app, APP_CONTEXT.savedQueries, true);
  const value: unknown = app.node.tryGetContext(APP_CONTEXT.alarmTopic);
  if (value === undefined) return { savedQueries };
  if (typeof value === 'string' && /^arn:[^:]+:sns:[^:]+:[0-9]{12}:[\w-]+$/.test(value))
    return { savedQueries, alarmTopic: value };
  throw new ContextError(
    `context alarmTopic: expected the ARN of an SNS topic, found \`${JSON.stringify(value)}\``,
  );
}

/** Context `storeClient`: what asks DynamoDB on the path of a call; `light` where it is absent. */
function storeClient(app: App): StoreClient {
  const value: unknown = app.node.tryGetContext(APP_CONTEXT.storeClient) ?? 'light';
  if (isStoreClient(value)) return value;
  throw new ContextError(
    `context storeClient: expected ${STORE_CLIENT_NAMES}, found \`${JSON.stringify(value)}\``,
  );
}

/**
 * The app, not yet synthesized.
 *
 * @param given context beside that of the command line and of cdk.json, where the synthesis goes,
 * and whether the CDK's own rules evaluate it.
 * @throws AccessMapError, ContextError for mistakes of the user.
 */
export function accessApp(
  given: Pick<AppProps, 'context' | 'outdir' | 'builtinCloudFormationValidation'> = {},
): App {
  // A folder with nothing but a map and three lines of cdk.json gets the template that this
  // repository's cdk.json makes; what it sets itself wins.
  const app = new App({
    autoSynth: false,
    ...given,
    context: { ...recommendedFlags(), ...given.context },
  });
  const options = {
    ...stackProps(app),
    watch: watchOptions(app),
    storeClient: storeClient(app),
  };
  for (const map of accessMaps(app))
    warnOfExamples(new AccessStack(app, stackNameOf(map.name), { map, ...options }), map);
  return app;
}
