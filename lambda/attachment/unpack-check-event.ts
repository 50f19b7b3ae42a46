/** The event of the scheduled check, as the rule sends it. */
import { inflateRawSync } from 'node:zlib';
import { PACKED_PROPERTIES } from '../core/contract/attachment-request.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The properties of the custom resource, those that the construct has packed included. */
export function propertiesIn({
  [PACKED_PROPERTIES]: packed,
  ...properties
}: Properties): Properties {
  if (typeof packed !== 'string') return properties;
  const text = inflateRawSync(Buffer.from(packed, 'base64')).toString();
  return { ...properties, ...(JSON.parse(text) as Properties) };
}
