import type { Metrics } from '../ports.ts';

/** Where the metrics are found in CloudWatch. */
const NAMESPACE = 'OktaGroupAuthorizer';

/**
 * Metrics as log lines that CloudWatch turns into numbers, so that counting costs no call.
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 * @param api the dimension: name of the API
 * @param now milliseconds since the epoch
 */
export function emfMetrics(api: string, now: () => number, write: (line: string) => void): Metrics {
  return {
    count(counter, properties) {
      const metric = { Namespace: NAMESPACE, Dimensions: [['api']], Metrics: [{ Name: counter, Unit: 'Count' }] };
      const aws = { Timestamp: now(), CloudWatchMetrics: [metric] };
      write(JSON.stringify({ ...properties, _aws: aws, api, [counter]: 1 }));
    },
  };
}
