/**
 * How API Gateway writes the path of a route: `/orders/{id}`, `/files/{path+}`. Source: API
 * Gateway, "Create routes for HTTP APIs".
 */

/** Whether a segment of a template is a parameter, greedy or not. */
export const isParameter = (segment: string): boolean => segment.startsWith('{');

/** Whether a segment, or the last one of a template or key, takes any number of segments. */
export const isGreedy = (segment: string): boolean => segment.endsWith('+}');
