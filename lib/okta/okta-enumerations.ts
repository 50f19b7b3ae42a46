/**
 * Values that Okta's API description lists for a field: they name nobody. Source: Okta Management
 * API, the `enum` of each schema.
 */
const FILTERS = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'];
const ISSUER_MODES = ['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'];

const LISTED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    status: [
      ...['ACTIVE', 'INACTIVE', 'DELETED', 'INVALID', 'STAGED', 'PROVISIONED', 'RECOVERY'],
      ...['LOCKED_OUT', 'PASSWORD_EXPIRED', 'SUSPENDED', 'DEPROVISIONED'],
    ],
    type: [
      ...['OKTA_GROUP', 'APP_GROUP', 'BUILT_IN', 'CUSTOM', 'NONE', 'USER', 'GROUP', 'group_rule'],
      ...['OAUTH_AUTHORIZATION_POLICY', 'RESOURCE_ACCESS', 'CORS', 'REDIRECT', 'IFRAME_EMBED'],
      ...['urn:okta:expression:1.0', 'spa', 'web', 'native', 'service'],
    ],
    claimType: ['RESOURCE', 'IDENTITY'],
    valueType: ['EXPRESSION', 'GROUPS', 'SYSTEM'],
    group_filter_type: FILTERS,
    filterType: FILTERS,
    issuerMode: ISSUER_MODES,
    issuer_mode: ISSUER_MODES,
    rotationMode: ['AUTO', 'MANUAL'],
    consent: ['REQUIRED', 'IMPLICIT', 'FLEXIBLE', 'ADMIN'],
    metadataPublish: ['ALL_CLIENTS', 'NO_CLIENTS'],
    signOnMode: [
      ...['OPENID_CONNECT', 'SAML_2_0', 'SAML_1_1', 'WS_FEDERATION', 'AUTO_LOGIN', 'BOOKMARK'],
      ...['BROWSER_PLUGIN', 'BASIC_AUTH', 'SECURE_PASSWORD_STORE'],
    ],
    consent_method: ['TRUSTED', 'REQUIRED'],
    objectClass: ['okta:user_group', 'okta:windows_security_principal'],
    wildcard_redirect: ['DISABLED', 'SUBDOMAIN'],
    mode: ['DISABLED', 'SPEC', 'OKTA'],
    connection: ['ANYWHERE', 'ZONE'],
    rotation_type: ['ROTATE', 'STATIC'],
    kty: ['RSA', 'EC', 'oct'],
    use: ['sig', 'enc'],
    emOptInStatus: ['DISABLED', 'ENABLED'],
    application_type: ['web', 'native', 'browser', 'service'],
  }).map(([field, values]) => [field, new Set(values)]),
);

export const isListedValue = (field: string, value: string): boolean =>
  LISTED.get(field)?.has(value) === true;
