/** Picks one of so many options, 0 first. */
export type Choose = (options: number) => number;

/**
 * Runs a scenario once for every sequence of choices that it can make. A scenario must make the
 * same choices again when it is given the same answers.
 * @returns the number of runs
 */
export async function everySchedule(scenario: (choose: Choose) => Promise<void>): Promise<number> {
  let runs = 0;
  let wanted: readonly number[] = [];
  for (;;) {
    const choices: { readonly taken: number; readonly options: number }[] = [];
    await scenario((options) => {
      const taken = wanted[choices.length] ?? 0;
      choices.push({ taken, options });
      return taken;
    });
    runs++;
    while (choices.length > 0 && lastOf(choices).taken + 1 >= lastOf(choices).options)
      choices.pop();
    if (choices.length === 0) return runs;
    wanted = choices.map(({ taken }, n) => (n === choices.length - 1 ? taken + 1 : taken));
  }
}

function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1);
  if (last === undefined) throw new Error('the list is empty');
  return last;
}
