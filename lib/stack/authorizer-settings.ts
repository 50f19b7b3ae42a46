import { PAYLOAD_FORMAT, TOKEN_SOURCE } from '../../lambda/core/contract/identity-source.ts';
import { authorizerNameOf } from '../../lambda/core/contract/own-names.ts';
import type { AccessMap } from '../access-map/index.ts';

/**
 * What the owner of an API sets on its authorizer, so that it asks ours and understands the answer.
 */
export interface AuthorizerSettings {
  /** As attachments name theirs; `coverage` knows them by the function. */
  readonly name: string;
  readonly identitySource: string;
  readonly payloadFormatVersion: string;
  /**
   * Answers are for one request: quotas count each, and routes of the API may not be in the map.
   */
  readonly resultTtlSeconds: number;
}

export const authorizerSettings = ({ kind, name }: AccessMap): AuthorizerSettings => ({
  name: authorizerNameOf(name),
  identitySource: TOKEN_SOURCE[kind],
  payloadFormatVersion: PAYLOAD_FORMAT[kind],
  resultTtlSeconds: 0,
});
