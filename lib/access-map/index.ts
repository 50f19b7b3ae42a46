export {
  AccessMap,
  type AccessMapOptions,
  type CheckedMap,
  type ObjectOptions,
} from './access-map.ts';
export type { CachePlan } from './cache/cache-plan.ts';
export type { GatewayRoute } from './compile/compile.ts';
export { rulePlaces } from './compile/compile-rule-table.ts';
export {
  loadMap,
  loadMaps,
  type MapLocation,
  mapContextOf,
  readMapContext,
  resolveMapSource,
  resolveMapSources,
} from './map-source.ts';
export { filesIn, MAX_FILE_BYTES, matchingFiles, readMapFile } from './read/map-files.ts';
export { parseDurationMs } from './report/durations.ts';
export { mapPointer } from './report/map-pointer.ts';
export {
  AccessMapError,
  describePlace,
  type Place,
  type Problem,
} from './report/problems.ts';
export { documentRoutes, isRouteMethod } from './routes/document-routes.ts';
export { type MappedRoute, MappedRoutes } from './routes/mapped-routes.ts';
export { isReplaced, redundantEntries, wrongEntry } from './routes/replaced-routes.ts';
export { mapNeighbours } from './routes/route-neighbours.ts';
export { uncheckedPublicRoutes } from './routes/route-paths.ts';
export type { AccessMapInput } from './schema/schema.ts';
export type { ApiSettings } from './sections/api-section.ts';
export type { AuditSettings } from './sections/audit-section.ts';
export { NAME_FIX, readsAsPattern } from './sections/check-spelling.ts';
export { type OktaSide, ownerName as sideName } from './sections/manage-section.ts';
export { type AppType, appLabel } from './sections/managed-apps.ts';
export { exampleIssuers } from './sections/placeholders.ts';
export { RETENTION_DAYS } from './sections/retention-days.ts';
export { revocationBounds } from './sections/revocation-section.ts';
export type { AccessRule } from './sections/rules-section.ts';
export type { AccessMapTest } from './sections/tests-section.ts';
export { lacksUpstream, type Upstream } from './sections/upstream-section.ts';
