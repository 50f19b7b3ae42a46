import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A server on the loopback address. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Registers what ends a part of the run; the last registered is ended first. */
export type OnStop = (cleanup: () => Promise<void> | void) => void;

/** The wanted port belongs to another process. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly port: number;

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} of 127.0.0.1 is in use`, options);
    this.port = port;
  }
}

/**
 * Listens on 127.0.0.1.
 * @param port 0: a free one
 * @throws PortInUseError when the port is taken
 */
export async function listen(app: FastifyInstance, port: number): Promise<RunningServer> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new PortInUseError(port, { cause });
    throw cause;
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://127.0.0.1:${bound}`, port: bound, stop: () => app.close() };
}

/**
 * Looks whether a port can be taken, before slow work starts that would be in vain.
 * @throws PortInUseError when it cannot
 */
export async function assertPortFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      fail(cause.code === 'EADDRINUSE' ? new PortInUseError(port, { cause }) : cause),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => done()));
  });
}

export type Keep = <T extends Pick<RunningServer, 'stop'>>(starting: Promise<T>) => Promise<T>;

/** Starts a part and registers its end. */
export const stoppedWith =
  (onStop: OnStop): Keep =>
  async (starting) => {
    const started = await starting;
    onStop(started.stop);
    return started;
  };
