const strict = 'application/graphql-response+json';

/** The media type in which a client wants GraphQL: the newer one where it says so. */
export function graphqlType(accept: string | undefined): string {
  const asked = accept?.split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === strict);
  return `${asked ? strict : 'application/json'}; charset=utf-8`;
}
