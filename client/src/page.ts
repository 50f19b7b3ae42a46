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
 * Calls when the page is visible again and when the network is back: timers pause meanwhile.
 * @returns ends it
 */
export function onVisible(listener: () => void): () => void {
  const pageEvents = globalThis as PageEvents;
  const page = pageEvents.document;
  const back = () => {
    if (!isHidden()) listener();
  };
  page?.addEventListener('visibilitychange', back);
  pageEvents.addEventListener?.('online', back);
  return () => {
    page?.removeEventListener('visibilitychange', back);
    pageEvents.removeEventListener?.('online', back);
  };
}
