/** Parameters of an OAuth request, in its query or its form, by their names. */
export type OAuthParameters = Readonly<Record<string, string | undefined>>;

/** The names in `scope`, in their order. */
export const scopesIn = ({ scope = '' }: OAuthParameters): readonly string[] =>
  scope.split(' ').filter((name) => name !== '');
