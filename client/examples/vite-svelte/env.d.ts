/** What `.env` holds. */
interface ImportMetaEnv {
  readonly VITE_ISSUER: string;
  readonly VITE_CLIENT_ID: string;
  /** The API's URL: `https://api.example.com`. */
  readonly VITE_API: string;
}
interface ImportMeta {
  readonly env: ImportMetaEnv;
}
