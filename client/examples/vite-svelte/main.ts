import { mount } from 'svelte';
import App from './app.svelte';
import { start } from './okta.ts';

await start();
const target = document.getElementById('root');
if (target) mount(App, { target });
