import type { AuthOptions } from '../auth/index.js';
import type { Variables } from './variables.js';

/** Each way to say who asks, by the variable that chooses it. */
const ways: Readonly<Record<string, (variables: Variables) => AuthOptions>> = {
  TOKEN: (variables) => ({ bearer: variables.needed('TOKEN', 'TOKEN') }),
  API_KEY: (variables) => {
    const header = variables.text('API_KEY_HEADER');
    return { apiKey: variables.needed('API_KEY', 'API_KEY_HEADER'), ...(header !== undefined && { header }) };
  },
  USERNAME: (variables) => ({
    basic: { username: variables.needed('USERNAME', 'PASSWORD'), password: variables.needed('PASSWORD', 'USERNAME') },
  }),
  OAUTH_TOKEN_URL: oauth2,
};

/** Variables that mean nothing without the one that chooses a way. */
const dependent: Readonly<Record<string, string>> = {
  API_KEY_HEADER: 'API_KEY',
  PASSWORD: 'USERNAME',
  OAUTH_CLIENT_ID: 'OAUTH_TOKEN_URL',
  OAUTH_CLIENT_SECRET: 'OAUTH_TOKEN_URL',
  OAUTH_SCOPE: 'OAUTH_TOKEN_URL',
  OAUTH_REFRESH_TOKEN: 'OAUTH_TOKEN_URL',
};

/** Who asks, as the environment has it; undefined where it says nothing. */
export function authFrom(variables: Variables): AuthOptions | undefined {
  const [chosen, another] = Object.keys(ways).filter((name) => variables.text(name) !== undefined);
  if (chosen !== undefined && another !== undefined) {
    throw variables.wrong(
      another,
      `cannot be set beside ${variables.nameOf(chosen)}: a client has one way to say who it is`,
    );
  }
  for (const [name, needed] of Object.entries(dependent)) {
    if (variables.text(name) !== undefined) variables.needed(needed, name);
  }
  return chosen === undefined ? undefined : ways[chosen]?.(variables);
}

function oauth2(variables: Variables): AuthOptions {
  const [clientSecret, refreshToken, scope] = ['OAUTH_CLIENT_SECRET', 'OAUTH_REFRESH_TOKEN', 'OAUTH_SCOPE'].map(
    (name) => variables.text(name),
  );
  return {
    oauth2: {
      tokenUrl: variables.url('OAUTH_TOKEN_URL'),
      clientId: variables.needed('OAUTH_CLIENT_ID', 'OAUTH_TOKEN_URL'),
      ...(clientSecret !== undefined && { clientSecret }),
      ...(refreshToken !== undefined && { grant: 'refresh_token' as const, refreshToken }),
      ...(scope !== undefined && { scope }),
    },
  };
}
