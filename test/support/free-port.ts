import { type AddressInfo, createServer } from 'node:net';

/** A port of this machine that nobody listens on, for servers that do not say which they take. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => void server.close(() => done()));
  return port;
}
