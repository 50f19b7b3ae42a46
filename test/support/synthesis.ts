/** Apps as a user's `cdk.json` would make them, and questions to their templates. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { parse } from 'yaml';
import { AccessMap } from '../../lib/access-map/index.ts';
import { AccessStack } from '../../lib/stack/access-stack.ts';

/**
 * What makes a synthesis quick: without the built-in validation (a second a process; `cdk synth`
 * has it on), without the file of the construct tree, without writing the function's code, whose
 * hash is the same, and without a stack trace for each resource.
 */
export const QUICK = {
  builtinCloudFormationValidation: false,
  treeMetadata: false,
  context: {
    'aws:cdk:bundling-stacks': [],
    'aws:cdk:disable-stack-trace': true,
    'aws:cdk:disable-creation-stack-traces': true,
  },
} as const;

/** An app with the recommended flags. */
export const newApp = (context: Record<string, unknown> = {}): App =>
  new App({ ...QUICK, context: { ...flags, ...QUICK.context, ...context } });

/**
 * Where the recommended flags stop a synthesis that has errors, this app goes on: tests see the
 * error and what became of the template.
 */
export const quietApp = (): App => newApp({ '@aws-cdk/core:annotationsInValidationReport': false });

/**
 * The map in the project's root without its permissions endpoint, which brings a function of its
 * own and has tests of its own.
 */
export function exampleMap(): AccessMap {
  const { permissionsEndpoint: _, ...map } = parse(
    readFileSync(join(import.meta.dirname, '../../access.yaml'), 'utf8'),
  );
  return AccessMap.fromObject(map);
}

export const newStack = (id = 'Test', app: App = newApp()): Stack => new Stack(app, id);

/** A small map: keys of `overrides` replace those of the map. */
export function accessMap(overrides: Record<string, unknown> = {}): AccessMap {
  return AccessMap.fromObject({
    api: { name: 'shop', upstream: { url: 'https://shop.example.com' }, cache: 'off' },
    okta: {
      issuer: 'https://acme.okta.com/oauth2/aus1abc',
      audience: 'api://shop',
      clients: ['0oa1web'],
    },
    routes: ['GET /items', 'POST /items', 'GET /health'],
    public: ['GET /health'],
    groups: { staff: { allow: ['ANY /items'] } },
    ...overrides,
  });
}

/**
 * Without the watch, which brings a function, a table and alarms of its own and has tests of its
 * own (test/watch).
 */
export function accessTemplate(map: AccessMap): Template {
  return Template.fromStack(new AccessStack(newApp(), 'Access', { map, watch: false }));
}

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resources(template: Template, type: string): readonly Resource[] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => ({
    id,
    ...(resource as Omit<Resource, 'id'>),
  }));
}

/** The only resource of its type. */
export function only(template: Template, type: string): Resource {
  const [first, ...others] = resources(template, type);
  if (first === undefined || others.length > 0)
    throw new Error(`expected one ${type}, found ${others.length + (first ? 1 : 0)}`);
  return first;
}

/** The only table whose construct has this name. */
export function tableOf(template: Template, name: 'KeyTable' | 'QuotaTable'): Resource {
  const [first, ...others] = resources(template, 'AWS::DynamoDB::Table').filter(({ id }) =>
    id.includes(name),
  );
  if (first === undefined || others.length > 0)
    throw new Error(`expected one table ${name}, found ${others.length + (first ? 1 : 0)}`);
  return first;
}

/** Route key to authorization type. */
export function authorization(template: Template): Readonly<Record<string, unknown>> {
  const routes = resources(template, 'AWS::ApiGatewayV2::Route');
  return Object.fromEntries(
    routes.map(({ Properties }) => [
      Properties['RouteKey'],
      Properties['AuthorizationType'] ?? 'NONE',
    ]),
  );
}

/** A small map of kind `rest`, whose answers are not cached. */
export const restMap = (overrides: Record<string, unknown> = {}): AccessMap =>
  accessMap({
    api: {
      name: 'shop',
      kind: 'rest',
      upstream: { url: 'https://shop.example.com' },
      cache: 'off',
    },
    ...overrides,
  });

/** Texts of a stack's errors or warnings. */
export const said = (stack: Stack, of: 'findError' | 'findWarning'): readonly string[] =>
  Annotations.fromStack(stack)
    [of]('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));

/** Every way to put hyphens and underscores between the words. */
export const separatorVariants = (...[first = '', ...rest]: readonly string[]): readonly string[] =>
  rest.reduce<readonly string[]>(
    (names, word) => names.flatMap((name) => [`${name}-${word}`, `${name}_${word}`]),
    [first],
  );
