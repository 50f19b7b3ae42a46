import { createApp } from 'vue';
import App from './app.vue';
import { start } from './okta.ts';

await start();
createApp(App).mount('#root');
