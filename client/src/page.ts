interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** What is there in a browser; on a server nothing of it is. */
interface Surroundings extends Partial<Target> {
  readonly document?: Target & { readonly visibilityState: string };
}

/**
 * Tells when the page is seen again, and when the network is back: timers stand still meanwhile.
 * @returns ends it
 */
export function whenBack(listener: () => void): () => void {
  const surroundings = globalThis as Surroundings;
  const page = surroundings.document;
  const back = () => {
    if (page?.visibilityState !== 'hidden') listener();
  };
  page?.addEventListener('visibilitychange', back);
  surroundings.addEventListener?.('online', back);
  return () => {
    page?.removeEventListener('visibilitychange', back);
    surroundings.removeEventListener?.('online', back);
  };
}
