// One back end over Node: `node node-server.mjs NAME TREES.json`. Each tree of routes answers under
// its own host name, `t0`, `t1`, ...
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';

const [, , name, file] = process.argv;
const trees = JSON.parse(readFileSync(file, 'utf8'));

/** `/a/{id}` as `/a/:id`, and what follows a greedy parameter as the framework writes it. */
const asPattern = (template, rest) =>
  template.replace(/\{\w+\+\}/, rest).replace(/\{(\w+)\}/g, ':$1');

/** Express as it is: case and a slash at the end do not count. */
function expressApp(make, rest) {
  return (templates) => {
    const app = make();
    for (const template of templates)
      app.get(asPattern(template, rest), (_request, response) => void response.send(template));
    return app;
  };
}

/** Fastify with the options of its router that are off by default. */
async function fastifyApp(templates) {
  const routerOptions = {
    caseSensitive: false,
    ignoreTrailingSlash: true,
    ignoreDuplicateSlashes: true,
    useSemicolonDelimiter: true,
  };
  const app = fastify({ routerOptions });
  for (const template of templates) app.get(asPattern(template, '*'), async () => template);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

const MAKERS = {
  express4: expressApp(express4, '*'),
  express5: expressApp(express, '*rest'),
  fastify: fastifyApp,
};

const apps = await Promise.all(trees.map((templates) => MAKERS[name](templates)));
const server = createServer((request, response) => {
  apps[Number(request.headers.host?.slice(1))](request, response);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => console.log(`PORT ${server.address().port}`));
