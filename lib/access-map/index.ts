export { AccessMap, type AccessMapOptions, type CheckedMap, type ObjectOptions } from './access-map.ts';
export type { ApiSettings } from './api.ts';
export type { GatewayRoute } from './compile.ts';
export { loadMap, loadMaps, type MapLocation, readMapContext, resolveMapSource, resolveMapSources } from './map-source.ts';
export type { AccessMapTest, TestedPattern } from './map-tests.ts';
export { AccessMapError, describePlace, type Place, type Problem, type ProblemCode } from './problems.ts';
export type { AccessRule } from './rules.ts';
export type { AccessMapInput } from './schema.ts';
export type { Upstream } from './upstream.ts';
