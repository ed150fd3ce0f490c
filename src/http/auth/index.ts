export type {
  ApiKeyAuth,
  AuthFunction,
  AuthOptions,
  AuthRequest,
  BasicAuth,
  BearerAuth,
  OAuth2Auth,
} from './auth-options.js';
export type {
  CallerSignal,
  CredentialFields,
  Credentials,
  CredentialsRequest,
  CredentialsWorld,
} from './credentials.js';
export { credentialsFrom } from './credentials-from.js';
export type { OAuth2Options } from './oauth2-options.js';
export { TokenError } from './token-error.js';
export type { TokenRefusal } from './token-failure.js';
export type { TokenRequest } from './token-request.js';
