/**
 * One counter in DynamoDB by a request written and signed by hand: the least that Signature Version
 * 4 and node:https take.
 */
import { createHash, createHmac } from 'node:crypto';
import https from 'node:https';

const address = new URL(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? 'https://localhost');
const { AWS_REGION = '', AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY = '' } = process.env;
const TOKEN = process.env['AWS_SESSION_TOKEN'] ?? '';
const TARGET = 'DynamoDB_20120810.UpdateItem';
const TYPE = 'application/x-amz-json-1.0';
const SIGNED = 'content-type;host;x-amz-date;x-amz-security-token;x-amz-target';

const agent = new https.Agent({ keepAlive: true });
const options = {
  agent,
  hostname: address.hostname,
  port: address.port,
  path: '/',
  method: 'POST',
};

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

let keyDay = '';
let dayKey: Buffer = Buffer.alloc(0);

function signedHeaders(body: string): Readonly<Record<string, string>> {
  const time = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  if (day !== keyDay) {
    keyDay = day;
    const regionKey = mac(mac(`AWS4${AWS_SECRET_ACCESS_KEY}`, day), AWS_REGION);
    dayKey = mac(mac(regionKey, 'dynamodb'), 'aws4_request');
  }
  const fields = `content-type:${TYPE}\nhost:${address.host}\nx-amz-date:${time}\nx-amz-security-token:${TOKEN}\nx-amz-target:${TARGET}\n`;
  const scope = `${day}/${AWS_REGION}/dynamodb/aws4_request`;
  const request = hex(`POST\n/\n\n${fields}\n${SIGNED}\n${hex(body)}`);
  const signature = mac(dayKey, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${request}`).toString('hex');
  return {
    host: address.host,
    'content-type': TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-amz-date': time,
    'x-amz-security-token': TOKEN,
    'x-amz-target': TARGET,
    authorization: `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
  };
}

/** Takes so many units of a counter and says how many are used; one conditional write. */
export function take(key: string, units: number): Promise<number> {
  const body = JSON.stringify({
    TableName: 'quota',
    Key: { pk: { S: key } },
    UpdateExpression: 'ADD #used :units',
    ConditionExpression: 'attribute_not_exists(#used) OR #used <= :most',
    ExpressionAttributeNames: { '#used': 'used' },
    ExpressionAttributeValues: { ':units': { N: `${units}` }, ':most': { N: '1000000000' } },
    ReturnValues: 'ALL_NEW',
  });
  return new Promise((resolve, reject) => {
    const request = https.request({ ...options, headers: signedHeaders(body) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const { Attributes } = JSON.parse(Buffer.concat(chunks).toString()) as {
          readonly Attributes: { readonly used: { readonly N: string } };
        };
        resolve(Number(Attributes.used.N));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The counter of a caller in this minute. */
export const minuteOf = (caller: string): string => `${caller}#${Math.floor(Date.now() / 60_000)}`;
