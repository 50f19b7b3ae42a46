/** Schema of `api`: what the authorizer protects. */
import { accept, attachTo, callers } from './schema-attach.ts';
import { duration, on, paths, patterns, text } from './schema-terms.ts';

const upstream = {
  type: 'object',
  description: 'Where allowed calls go; the stack that deploys the API needs it.',
  additionalProperties: false,
  expected: 'where calls go, such as `{ url: https://orders.example.com }`',
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://',
      expected: 'an http or https URL',
      description: 'Base URL; the path of the call is appended.',
    },
    vpcLink: {
      ...text,
      expected: 'the id of a VPC link',
      description: 'Id of a VPC link: with `url` on a REST API, with `listener` on an HTTP API.',
    },
    listener: {
      ...text,
      expected: 'the ARN of a listener',
      description: 'ARN of a load balancer listener, on an HTTP API with `vpcLink`.',
    },
    lambda: {
      ...text,
      expected: 'the ARN of a function',
      description:
        'ARN of a Lambda function in the same account and Region. It reads who called in `requestContext.authorizer`; on a REST API the headers of its event are as the client sent them.',
    },
  },
} as const;

export const api = {
  type: 'object',
  description: 'The API that the authorizer protects.',
  additionalProperties: false,
  required: ['name'],
  expected: 'the API: `name` and `upstream`',
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9-]{0,100}$',
      expected: 'a name of letters, digits and hyphens that begins with a letter',
      description: 'The stack is named access-<name>.',
    },
    kind: {
      type: 'string',
      enum: ['http', 'rest'],
      default: 'http',
      expected: '`http` or `rest`',
      description: 'HTTP API or REST API.',
    },
    upstream,
    attachTo,
    accept,
    paths: {
      ...paths,
      default: 'usual',
      description:
        'How the back end reads paths. `usual`: as common frameworks do, so a path is refused if it may mean a route that the caller may not call. `exact`: every character, case and escape counts. `report`: such paths pass and are recorded.',
    },
    pathsOf: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['routes', 'paths'],
        properties: {
          routes: { ...patterns, minItems: 1, description: 'The routes that `paths` applies to.' },
          paths: { ...paths, description: 'How the back end reads paths of these routes.' },
        },
        description: 'Some routes, and how the back end reads their paths.',
        expected:
          'routes and how their paths are read: `{ routes: [GET /files/**], paths: exact }`',
      },
      expected: 'a list such as `[{ routes: [GET /files/**], paths: exact }]`',
      description:
        'How the back end reads paths of some routes, where `routes` is an OpenAPI document and has no entry for each. An entry of `routes` with `paths` takes precedence.',
    },
    urls: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^https://[^/?#@\\s]+(?:/[^?#\\s]*)?$',
        expected: 'a URL such as `https://api.example.com/shop`',
      },
      expected: 'a list of URLs such as `https://api.example.com/shop`',
      description: 'Public URLs of the API, base paths included.',
    },
    basePaths: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^/?[^/?#\\s]+(?:/[^/?#\\s]+)*/?$',
        expected: 'a base path such as `shop/v1`',
      },
      expected: 'a list of base paths such as `shop/v1`',
      description:
        'Base paths of custom domains that the back end may strip; `[]`: none. Default: the paths of `urls`; without `urls` the first one to three segments of a path may be one, on a custom domain.',
    },
    domain: {
      type: 'object',
      description:
        'Custom domain of the API that is deployed; the DNS record stays with its owner, the outputs say its target.',
      additionalProperties: false,
      required: ['name', 'certificate'],
      expected: 'a domain such as `{ name: api.example.com, certificate: arn:aws:acm:... }`',
      properties: {
        name: {
          type: 'string',
          pattern: '^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$',
          expected: 'a host in lower case such as `api.example.com`',
          description: 'Host name of the domain.',
        },
        certificate: {
          type: 'string',
          pattern: '^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$',
          expected: 'the ARN of a certificate in Certificate Manager, of the same Region',
          description: 'Certificate of the domain; its Region is the stack’s.',
        },
        basePath: {
          type: 'string',
          pattern: "^/?[A-Za-z0-9$_.+!*'()-]+(?:/[A-Za-z0-9$_.+!*'()-]+)*/?$",
          expected: 'a base path such as `shop/v1`',
          description: 'What precedes the paths of the API; also the default of `basePaths`.',
        },
      },
    },
    executeApi: {
      type: 'boolean',
      default: true,
      expected: '`true` or `false`',
      description: 'Whether the API that is deployed answers at its own host (`execute-api`) too.',
    },
    private: {
      type: 'object',
      description:
        'REST: the API that is deployed can be called through these VPC endpoints alone.',
      additionalProperties: false,
      required: ['vpcEndpoints'],
      expected: 'VPC endpoints such as `{ vpcEndpoints: [vpce-0123456789abcdef0] }`',
      properties: {
        vpcEndpoints: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: {
            type: 'string',
            pattern: '^vpce-[0-9a-f]{8,17}$',
            expected: 'the id of a VPC endpoint such as `vpce-0123456789abcdef0`',
          },
          expected: 'a list of ids of VPC endpoints',
          description: 'Endpoints for the service execute-api; calls by another way are denied.',
        },
      },
    },
    authorizerOnly: { ...on, description: 'Deploy the function alone.' },
    callers,
    cors: {
      type: 'object',
      description: 'Browsers of these origins may call.',
      additionalProperties: false,
      required: ['origins'],
      expected: 'CORS settings such as `{ origins: [https://app.example.com] }`',
      properties: {
        origins: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          expected: 'a list of origins',
          description: 'Origins of web pages that may call; `*` is every page.',
          items: {
            type: 'string',
            pattern: '^(?:\\*|https?://[^/\\s]+)$',
            expected: 'an origin such as `https://app.example.com`, or `*`',
          },
        },
        headers: {
          type: 'array',
          uniqueItems: true,
          description:
            'Request headers that browsers may send; by default authorization and content-type.',
          expected: 'a list of header names',
          items: {
            type: 'string',
            pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
            expected: 'the name of a header',
          },
        },
        maxAge: {
          ...duration,
          default: '1h',
          description: 'How long a browser may remember the answer, at most 24h.',
        },
      },
    },
    cache: {
      type: ['string', 'object'],
      pattern: '^(?:auto|off)$',
      additionalProperties: false,
      required: ['ttl'],
      properties: {
        ttl: { ...duration, description: 'How long an answer is kept, from 1s to 1h.' },
      },
      expected: '`auto`, `off` or `{ ttl: 60s }`',
      description: 'Gateway caching of answers.',
    },
    unauthorized: {
      type: 'string',
      enum: ['throw', 'deny'],
      default: 'throw',
      expected: '`throw` or `deny`',
      description: 'How an invalid token is answered on an HTTP API.',
    },
  },
} as const;
