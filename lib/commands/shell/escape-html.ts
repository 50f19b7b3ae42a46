import { escapeControls } from '../../access-map/report/layout.ts';

/** Text for HTML, in elements and in quoted attributes; what is not shown is written out. */
export const escapeHtml = (text: string): string =>
  escapeControls(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
