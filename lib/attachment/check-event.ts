/**
 * The event of the scheduled check: the properties of the custom resource, packed where they are
 * long.
 */
import { deflateRawSync } from 'node:zlib';
import { PACKED_PROPERTIES, writeRequest } from '../../lambda/core/contract/attachment-request.ts';
import { authorizerNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';
import { requestProperties } from './request-properties.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Source: Amazon EventBridge, "Target": `Input` has at most 8,192 characters. */
const MAX_EVENT_CHARACTERS = 8_192;
/** Reserved for values that are known at deploy time only. */
const ROOM = 512;

/** @param isKnown whether a value is known at synthesis. */
export function checkEvent(
  properties: Properties,
  isKnown: (value: unknown) => boolean,
): Properties {
  if (lengthOf(properties) <= MAX_EVENT_CHARACTERS - ROOM) return properties;
  const entries = Object.entries(properties);
  const known = entries.filter(([, value]) => isKnown(value));
  const text = JSON.stringify(Object.fromEntries(known));
  return {
    ...Object.fromEntries(entries.filter(([, value]) => !isKnown(value))),
    [PACKED_PROPERTIES]: deflateRawSync(text, { level: 9 }).toString('base64'),
  };
}

interface Refusal {
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

/** Why a rule of EventBridge cannot send an event; undefined where it can. */
export function eventRefusal(event: Properties): Refusal | undefined {
  const length = lengthOf(event);
  if (length <= MAX_EVENT_CHARACTERS - ROOM) return undefined;
  return {
    expected: `routes of an attachment whose check has an event of at most ${MAX_EVENT_CHARACTERS - ROOM} characters when packed, since a rule of EventBridge sends no more`,
    found: String(length),
    fix: 'split the map into several APIs',
  };
}

/** What synthesis would refuse of the attachment that the map names. */
export function attachmentRefusal(map: AccessMap): Refusal | undefined {
  const { attachTo } = map.api;
  if (attachTo === undefined || attachTo.dryRun) return undefined;
  const properties = {
    ...requestProperties({ ...attachTo, map }),
    ...writeRequest({ authorizerName: authorizerNameOf('00000000') }),
  };
  return eventRefusal(checkEvent(properties, () => true));
}

const lengthOf = (event: Properties): number => JSON.stringify(event).length;
