/** The part of aws4 that is used. */
declare module 'aws4' {
  interface Request {
    readonly method: string;
    readonly path: string;
    readonly host: string;
    readonly service: string;
    readonly region: string;
    readonly headers: Readonly<Record<string, string | number>>;
    readonly body: string;
  }
  interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }
  /** Adds date, session token and signature to the headers (AWS Signature Version 4). */
  export function sign(request: Request, credentials: Credentials): Request;
}
