/**
 * As much of Secrets Manager as the functions ask for. Source: AWS Secrets Manager API Reference.
 */
import fastify from 'fastify';
import { listen, type RunningServer } from './listen.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

/** @param secrets texts by ARN. */
export async function startSecrets(secrets: ReadonlyMap<string, string>): Promise<RunningServer> {
  const app = fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/', (request, reply) => {
    const { SecretId: arn = '' } = JSON.parse(String(request.body)) as { SecretId?: string };
    const text = secrets.get(arn);
    const isRead = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    if (!isRead || text === undefined)
      return reply
        .code(400)
        .type(CONTENT_TYPE)
        .send(JSON.stringify({ __type: 'ResourceNotFoundException' }));
    return reply
      .type(CONTENT_TYPE)
      .send(JSON.stringify({ ARN: arn, Name: arn, SecretString: text }));
  });
  return listen(app, 0);
}
