import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../core/contract/metric-names.ts';
import type { Clock, Metrics } from '../ports.ts';

/**
 * Metrics as log lines that CloudWatch reads: no call, no wait. Source: "Specification: Embedded
 * metric format".
 * @param functionName the one dimension.
 * @param write writes one line and its break.
 */
export function embeddedMetrics(
  functionName: string,
  clock: Clock,
  write: (line: string) => void,
): Metrics {
  return {
    put(values, properties = {}) {
      const metrics = Object.keys(values).map((name) => ({ Name: name }));
      const directive = {
        Namespace: METRIC_NAMESPACE,
        Dimensions: [[METRIC_DIMENSION.functionName]],
        Metrics: metrics,
      };
      const line = {
        _aws: { Timestamp: clock.now(), CloudWatchMetrics: [directive] },
        [METRIC_DIMENSION.functionName]: functionName,
        ...values,
        ...properties,
      };
      write(JSON.stringify(line));
    },
  };
}
