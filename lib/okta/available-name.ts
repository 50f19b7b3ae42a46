/**
 * A name that is not taken: the wanted one, or the wanted one and a number from 2 on.
 * @param otherwise where a hundred of them are taken.
 */
export function availableName(
  wanted: string,
  separator: string,
  taken: readonly string[],
  otherwise: string,
): string {
  const numbered = Array.from({ length: 99 }, (_, index) => `${wanted}${separator}${index + 2}`);
  return [wanted, ...numbered].find((name) => !taken.includes(name)) ?? otherwise;
}
