import { hasBit, type Row } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';

/** Keys of the routes in a row, in the order of the model. */
export const routesIn = ({ routes }: Pick<AccessModel, 'routes'>, row: Row): readonly string[] =>
  routes.flatMap(({ key }, index) => (hasBit(row, index) ? [key] : []));
