/** What proposals are made from. */
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import type { AccessMap, AccessMapOptions } from '../../access-map/index.ts';
import type { MapDocument } from '../../access-map/report/cursor.ts';

/** What proposals are made from. */
export interface ProposalContext {
  readonly map: AccessMap;
  readonly model: AccessModel;
  readonly document: MapDocument;
  readonly options: AccessMapOptions;
}
