interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** What is there in a browser; on a server nothing of it is. */
interface PageEvents extends Partial<Target> {
  readonly document?: Target & { readonly visibilityState: string };
}

/**
 * Tells when the page is seen again, and when the network is back: timers stand still meanwhile.
 * @returns ends it
 */
export function onVisible(listener: () => void): () => void {
  const pageEvents = globalThis as PageEvents;
  const page = pageEvents.document;
  const back = () => {
    if (page?.visibilityState !== 'hidden') listener();
  };
  page?.addEventListener('visibilitychange', back);
  pageEvents.addEventListener?.('online', back);
  return () => {
    page?.removeEventListener('visibilitychange', back);
    pageEvents.removeEventListener?.('online', back);
  };
}
