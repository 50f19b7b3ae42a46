/** Whether a segment, or the last one of a template or key, takes any number of segments. */
export const isGreedy = (segment: string): boolean => segment.endsWith('+}');
