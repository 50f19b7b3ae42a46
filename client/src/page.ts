interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The browser events used here; absent on a server. */
interface PageEvents extends Partial<Target> {
  readonly document?: Target & { readonly visibilityState: string };
}

/** Whether nobody sees the page. */
export const isHidden = (): boolean =>
  (globalThis as PageEvents).document?.visibilityState === 'hidden';

/**
 * Calls when the page is seen again or hidden, and when the network is back: timers pause
 * meanwhile.
 * @returns ends it
 */
export function onChange(listener: () => void): () => void {
  const pageEvents = globalThis as PageEvents;
  const page = pageEvents.document;
  page?.addEventListener('visibilitychange', listener);
  pageEvents.addEventListener?.('online', listener);
  return () => {
    page?.removeEventListener('visibilitychange', listener);
    pageEvents.removeEventListener?.('online', listener);
  };
}
