import { type InvalidOptionsError, show } from '../../core/index.js';
import { wrongOption } from '../wrong-option.js';
import { AskedCredentials } from './asked-credentials.js';
import type { AuthRequest } from './auth-options.js';
import { AuthParts } from './auth-parts.js';
import type { Credentials, CredentialsWorld } from './credentials.js';
import { oauth2Settings } from './oauth2-options.js';
import { StaticCredentials } from './static-credentials.js';
import { bearerToken, fieldName, fieldValue, isOf, plainText, userName } from './text-form.js';
import { TokenCredentials } from './token-credentials.js';

type Shape = 'bearer' | 'apiKey' | 'basic' | 'oauth2';

const shapes: Readonly<Record<Shape, (auth: object, world: CredentialsWorld) => Credentials>> = {
  bearer,
  apiKey,
  basic,
  oauth2: (auth, world) => {
    const { client } = world;
    const parts = new AuthParts(client, 'auth', auth, ['oauth2']);
    return new TokenCredentials(oauth2Settings(parts.given('oauth2'), client), world);
  },
};

const rule = 'must be a function, or an object with one of bearer, apiKey, basic, oauth2';

/** Makes credentials of the option `auth`; undefined when it is not given. What is wrong with it is said without what was given. */
export function credentialsFrom(auth: unknown, world: CredentialsWorld): Credentials | undefined {
  if (auth === undefined) return undefined;
  if (typeof auth === 'function') {
    return new AskedCredentials({
      ask: auth as (request: AuthRequest) => unknown,
      read: (answer) => readFields(answer, world.client),
    });
  }
  if (typeof auth !== 'object' || auth === null) throw wrongOption(world.client, 'auth', rule);
  const [shape, another] = (Object.keys(shapes) as Shape[]).filter((name) => name in auth);
  if (shape === undefined) throw wrongOption(world.client, 'auth', rule);
  if (another !== undefined) throw wrongOption(world.client, 'auth', `cannot have both ${shape} and ${another}`);
  return shapes[shape](auth, world);
}

function bearer(auth: object, { client }: CredentialsWorld): Credentials {
  const parts = new AuthParts(client, 'auth', auth, ['bearer']);
  const given = parts.given('bearer');
  if (typeof given !== 'function') return new StaticCredentials(bearing(parts.text('bearer', bearerToken)));
  return new AskedCredentials({
    ask: given as (request: AuthRequest) => unknown,
    read: (token) => {
      if (isOf(bearerToken, token)) return bearing(token).headers;
      throw parts.wrong('bearer', `is a function, whose result ${bearerToken.rule}`);
    },
  });
}

function bearing(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}

function apiKey(auth: object, { client }: CredentialsWorld): Credentials {
  const parts = new AuthParts(client, 'auth', auth, ['apiKey', 'header', 'query']);
  const query = parts.maybeText('query', plainText);
  const header = parts.maybeText('header', fieldName);
  if (query === undefined) {
    const name = (header ?? 'X-API-Key').toLowerCase();
    return new StaticCredentials({ headers: { [name]: parts.text('apiKey', fieldValue) } });
  }
  if (header !== undefined) throw parts.wrong('', 'cannot have both header and query: the key goes into one of them');
  return new StaticCredentials({ query: { [query]: parts.text('apiKey', plainText) } });
}

function basic(auth: object, { client }: CredentialsWorld): Credentials {
  const given = new AuthParts(client, 'auth', auth, ['basic']).given('basic');
  const parts = new AuthParts(client, 'auth.basic', given, ['username', 'password']);
  const pair = `${parts.text('username', userName)}:${parts.text('password', plainText)}`;
  return new StaticCredentials({ headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } });
}

/** Reads what a function gave as header fields. */
function readFields(answer: unknown, client: string): Readonly<Record<string, string>> {
  const wrong = (what: string): InvalidOptionsError =>
    wrongOption(client, 'auth', `is a function, whose result ${what}`);
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw wrong('must be an object of header fields');
  }
  const fields = Object.entries(answer).map(([name, value]): [string, string] => {
    if (!isOf(fieldName, name)) throw wrong(`has a field ${show(name)}, which ${fieldName.rule}`);
    if (!isOf(fieldValue, value)) throw wrong(`has a field ${show(name)} that ${fieldValue.rule}`);
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(fields);
}
