/**
 * The settings in the detector's asset: its options, and which groups the map allows on the
 * sensitive routes.
 */
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  DETECTOR_STEP_SECONDS,
  type DetectorSettings,
} from '../../lambda/core/contract/detector-input.ts';
import { DAY_MS } from '../../lambda/core/contract/periods.ts';
import { hasBit } from '../../lambda/core/model/bits.ts';
import { parseModel } from '../../lambda/core/model/load-model.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import { cellSubjects, grantsOf, levelOf } from '../verdicts/cells.ts';
import type { DetectorProps } from './detector-props.ts';

/** @throws Error for an option out of its bounds. */
export function detectorSettings(
  scope: Construct,
  { map, ...options }: DetectorProps,
): DetectorSettings {
  const {
    probedRoutes = 10,
    probingWindow = Duration.hours(1),
    learning = Duration.days(7),
  } = options;
  const windowMs = probingWindow.toMilliseconds();
  if (!Number.isInteger(probedRoutes) || probedRoutes < 2 || probedRoutes > 50) {
    throw new Error(
      `${scope.node.path}: \`probedRoutes\`: expected 2 to 50, found ${probedRoutes}`,
    );
  }
  if (windowMs % (DETECTOR_STEP_SECONDS * 1_000) !== 0 || windowMs <= 0 || windowMs > DAY_MS) {
    throw new Error(
      `${scope.node.path}: \`probingWindow\`: expected a multiple of 5 minutes up to a day, found ${probingWindow.toHumanString()}`,
    );
  }
  const model = parseModel(map.model);
  const sensitive = model.routes.flatMap(({ key }, index) =>
    hasBit(model.sensitive, index) ? [{ route: key, groups: groupsOn(model, index) }] : [],
  );
  return { probedRoutes, windowMs, learningMs: learning.toMilliseconds(), sensitive };
}

/** The groups that allow the route; all groups where any valid token is allowed. */
function groupsOn(model: AccessModel, route: number): readonly string[] {
  const groups = cellSubjects(model).filter(({ kind }) => kind === 'group');
  const forAll =
    levelOf(model, route) === 'signedIn' ||
    (model.everyone !== undefined && hasBit(model.everyone.allow, route));
  const allowing = groups.filter((group) => forAll || grantsOf(model, group)(route) === 'allowed');
  return allowing.map(({ name }) => name);
}
