/**
 * What the compared apps are made with: the library of one checkout, the AWS CDK that it loads, and
 * small maps.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App, AppProps, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { parse } from 'yaml';

export type Product = typeof import('../../lib/index.ts');
export type AccessMap = ReturnType<Product['AccessMap']['fromObject']>;
export type Authorizer = InstanceType<Product['OktaGroupAuthorizer']>;
export type StackProps = ConstructorParameters<Product['AccessStack']>[2];
type Cdk = typeof import('aws-cdk-lib');

/**
 * The library's entry point, relative to a checkout: all that an app may use, since other files
 * move.
 */
export const ENTRY = 'lib/index.ts';

export class Kit {
  readonly product: Product;
  readonly cdk: Cdk;
  readonly #flags: Record<string, unknown>;
  readonly #outdir: string;

  private constructor(product: Product, require: NodeJS.Require, outdir: string) {
    this.product = product;
    this.cdk = require('aws-cdk-lib');
    this.#flags = require('aws-cdk-lib/recommended-feature-flags.json');
    this.#outdir = outdir;
  }

  /** @param outdir folder that each app is written to, over the one before. */
  static async of(checkout: string, outdir: string): Promise<Kit> {
    const entry = join(checkout, ENTRY);
    // The CDK as the library loads it: another copy of it would have classes and tokens of its own.
    return new Kit(await import(pathToFileURL(entry).href), createRequire(entry), outdir);
  }

  /**
   * An app with the recommended flags that goes on where its annotations have errors, so that they
   * and the template are both seen, and that writes the code of its functions, since the files
   * beside it are compared.
   */
  newApp(context: Record<string, unknown> = {}): App {
    const props: AppProps = {
      outdir: this.#outdir,
      builtinCloudFormationValidation: false,
      context: {
        ...this.#flags,
        '@aws-cdk/core:annotationsInValidationReport': false,
        'aws:cdk:bundling-stacks': ['**'],
        ...context,
      },
    };
    return new this.cdk.App(props);
  }

  newStack(app: App = this.newApp(), id = 'Test'): Stack {
    return new this.cdk.Stack(app, id);
  }

  /**
   * `GET /items`, `POST /items` and, public, `GET /health`; keys of `overrides` replace those of
   * the map.
   */
  map(overrides: Record<string, unknown> = {}): AccessMap {
    return this.product.AccessMap.fromObject({
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

  /** The same of kind `rest`. */
  restMap(overrides: Record<string, unknown> = {}): AccessMap {
    return this.map({
      api: {
        name: 'shop',
        kind: 'rest',
        upstream: { url: 'https://shop.example.com' },
        cache: 'off',
      },
      ...overrides,
    });
  }

  /** A file's map as one of the other kind, or as it is. */
  fileMap(path: string, kind?: 'http' | 'rest'): AccessMap {
    if (kind === undefined) return this.product.AccessMap.fromFile(path);
    const map = parse(readFileSync(path, 'utf8'));
    const text = JSON.stringify({ ...map, api: { ...map.api, kind } });
    const readFile = (name: string): Uint8Array => readFileSync(resolve(dirname(path), name));
    const checked = this.product.AccessMap.checkText(text, path, { readFile });
    if (checked.map === undefined) throw new this.product.AccessMapError(checked.problems);
    return checked.map;
  }

  /** The stack of a map in an app of its own. */
  accessApp(
    map: AccessMap,
    props: (support: Stack) => Partial<StackProps> = () => ({}),
    context: Record<string, unknown> = {},
  ): App {
    const app = this.newApp(context);
    const more = props(new this.cdk.Stack(app, 'Support'));
    new this.product.AccessStack(app, 'Access', { map, ...more });
    return app;
  }

  authorizer(stack: Stack, map: AccessMap, props: Partial<StackProps> = {}): Authorizer {
    return new this.product.OktaGroupAuthorizer(stack, 'Authorizer', { ...props, map });
  }
}

export type Need = 'template' | 'warning' | 'error' | 'refusal';

/** One app, made with the code of each checkout. */
export interface CompareCase {
  readonly name: string;
  /** What the case is there for; without it the comparison would be of nothing. */
  readonly needs: Need;
  /** @returns a construct of the app. */
  make(kit: Kit): IConstruct;
}

export const LIMITED = {
  quotas: {
    few: { limit: 60, per: 'minute', by: 'user' },
    shared: { limit: 600, per: 'hour', by: 'group' },
  },
  groups: {
    staff: { allow: ['ANY /items'], quota: 'few' },
    partners: { allow: ['GET /items'], quota: 'shared' },
  },
} as const;
export const CORS = { origins: ['https://a.example.com', 'https://b.example.com'] } as const;
export const ENDPOINT = { permissionsEndpoint: { path: '/permissions' } } as const;
