import type { Cell } from '../wire.ts';

/** Names a cell among all that there are; the server and the page use the same. */
export const cellKey = ({ rule, mode, gateway }: Cell): string => `${rule} ${mode} ${gateway}`;
