/** Schema of the routes of an API, and of permissions, the named sets of them. */
import { METHODS } from '../../../lambda/core/path/http-methods.ts';
import { PERMISSION, ROUTE } from '../routes/notation.ts';
import { mode, on, paths, pattern, patterns, route, text } from './schema-terms.ts';

export const routes = {
  type: ['array', 'object'],
  description: 'The route inventory: every route of the API.',
  minItems: 1,
  expected: 'a list of routes such as `GET /orders/{id}`',
  items: {
    type: ['string', 'object'],
    pattern: ROUTE,
    notation: 'route',
    additionalProperties: false,
    required: ['route'],
    properties: {
      route: { ...route, description: 'Method and path template of the route.' },
      sensitive: {
        ...on,
        default: false,
        description: 'A sensitive route: the detector reports the first call of each group.',
      },
      mode: { ...mode, description: 'Default: the `mode` of the map.' },
      paths: { ...paths, description: 'Default: `api.paths`.' },
    },
    expected: 'a route such as `GET /orders/{id}`',
    description: 'One route: its text alone, or with settings of its own.',
  },
  additionalProperties: false,
  required: ['openapi'],
  properties: {
    openapi: {
      ...text,
      expected: 'the name of an OpenAPI file',
      description:
        'An OpenAPI document, version 2 or 3, or a template with one: `template.yaml`, or `template.yaml#Api` where several resources have one.',
    },
    basePath: {
      type: 'string',
      enum: ['ignore', 'prepend'],
      default: 'ignore',
      expected: '`ignore` or `prepend`, as the import of the document does',
      description:
        'What the import does with the path of the document’s server (`--basepath`, `basepath=`). The stage of an exported API is never part of a route.',
    },
  },
} as const;

export const permissions = {
  type: 'object',
  description: 'Named sets of routes; the names are scopes for back ends.',
  expected: 'a mapping of names to patterns',
  propertyNames: {
    type: 'string',
    pattern: PERMISSION,
    expected: 'a permission name such as `orders:read` (an OAuth scope)',
  },
  additionalProperties: {
    type: ['array', 'object'],
    uniqueItems: true,
    minItems: 1,
    items: pattern,
    expected: 'a list of patterns',
    description: 'Routes of the permission: patterns, or a selection by the keys below.',
    additionalProperties: false,
    properties: {
      routes: { ...patterns, description: 'Patterns of routes that belong to the permission.' },
      except: { ...patterns, description: 'Patterns of routes that are taken out of it.' },
      tag: { ...text, description: 'Operations of the OpenAPI file that have this tag.' },
      methods: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: {
          type: 'string',
          enum: METHODS,
          expected: `one of the methods ${METHODS.join(', ')}`,
        },
        expected: 'a list of methods',
        description: 'Only routes with these methods.',
      },
      fromOpenapi: {
        type: 'string',
        enum: ['security'],
        expected: '`security`',
        description: 'Operations whose `security` asks for the permission as a scope.',
      },
    },
  },
} as const;
