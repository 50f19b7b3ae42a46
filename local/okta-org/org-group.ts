/** The groups that a claim is evaluated for. */

export interface OrgGroup {
  readonly id: string;
  readonly name: string;
  readonly type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';
  /** Id of the app that imported it. */
  readonly source?: string;
  /** Whether Active Directory is that app. */
  readonly activeDirectory?: boolean;
}

/** Who the token is for, and through which app. */
export interface ClaimSubject {
  readonly memberOf: readonly OrgGroup[];
  /** `app.profile` of the client. */
  readonly profile?: Readonly<Record<string, unknown>>;
  /** The authorization code flow knows no limit of 100. */
  readonly isCodeFlow?: boolean;
}
