/**
 * The access map alone, for tests and tools that have no AWS CDK.
 * @module okta-group-authorizer/access-map
 */
export {
  AccessMap,
  AccessMapError,
  type AccessMapInput,
  type AccessMapOptions,
  type ObjectOptions,
  type Problem,
} from './access-map/index.ts';
