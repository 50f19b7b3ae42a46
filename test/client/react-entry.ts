/**
 * What the tests of the React bindings use, bundled once for each version of React that is
 * supported.
 */
import { act, createElement, StrictMode, version } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';

export { createPermissions } from '../../client/src/index.ts';
export * from '../../client/src/react.ts';
export { act, createElement, createRoot, hydrateRoot, renderToString, StrictMode, version };
