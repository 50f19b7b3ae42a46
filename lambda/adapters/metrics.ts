import type { Clock, Metrics } from '../ports.ts';
import { NAMESPACE } from './record-metrics.ts';

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
      const directive = { Namespace: NAMESPACE, Dimensions: [['FunctionName']], Metrics: metrics };
      const line = {
        _aws: { Timestamp: clock.now(), CloudWatchMetrics: [directive] },
        FunctionName: functionName,
        ...values,
        ...properties,
      };
      write(JSON.stringify(line));
    },
  };
}
