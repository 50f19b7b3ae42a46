/** Metrics as CloudWatch reads them off log lines. */

/** One value of a metric; `metric` is `metricKey` of its name and dimensions. */
export interface Value {
  readonly at: number;
  readonly metric: string;
  readonly value: number;
}

export const metricKey = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
): string =>
  [namespace, name, ...Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)].join(
    ' ',
  );

interface EmbeddedMetrics {
  readonly _aws?: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/**
 * What CloudWatch reads off a line in the embedded metric format. Source: CloudWatch User Guide,
 * "Specification: Embedded metric format".
 */
export function embeddedValues(line: object): readonly Value[] {
  const { _aws: embedded } = line as EmbeddedMetrics;
  const fields = line as Readonly<Record<string, unknown>>;
  return (embedded?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
        return {
          at: embedded?.Timestamp ?? 0,
          metric: metricKey(Namespace, Name, dimensions),
          value: Number(fields[Name]),
        };
      }),
    ),
  );
}
