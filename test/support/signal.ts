export interface Signal {
  readonly given: Promise<void>;
  give(): void;
}

/** A promise that a test settles. Node 20 has no `Promise.withResolvers`. */
export function signal(): Signal {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
