/**
 * One request over node:http without a signature: what every client of DynamoDB pays for its wire.
 */
import http from 'node:http';
import { UPDATE } from './update.ts';

const { AWS_ENDPOINT_URL_DYNAMODB = 'http://localhost' } = process.env;
const agent = new http.Agent({ keepAlive: true });
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.UpdateItem',
};

export const handler = (): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(UPDATE);
    const request = http.request(
      AWS_ENDPOINT_URL_DYNAMODB,
      { agent, method: 'POST', headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
